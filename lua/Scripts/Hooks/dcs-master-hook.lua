--- The shell of the hook state. The sim loads it once when it starts and keeps it until it ends.
-- It is the only file that names globals of the sim for this state: `DCS`, `Export`, `lfs`, `log`.
--
-- `_G.dcs_master` is read with rawget and set with rawset: another script may have given `_G` a
-- metatable that raises an error when an undefined global is used.

--- The sim's functions that `core.lua` uses in this state. Each may raise an error; the caller
-- guards the call. `Export` is looked up at each call, because the sim may replace that table.
local cockpit = {}

function cockpit.get_device(number)
  return Export.GetDevice(number)
end

function cockpit.self_data()
  return Export.LoGetSelfData()
end

function cockpit.unit_type()
  return DCS.getPlayerUnitType()
end

function cockpit.export_allowed()
  return Export.LoIsOwnshipExportAllowed()
end

function cockpit.engine_info()
  return Export.LoGetEngineInfo()
end

--- Metres above the ground.
function cockpit.height()
  return Export.LoGetAltitudeAboveGroundLevel()
end

--- Metres per second through the air.
function cockpit.speed()
  return Export.LoGetTrueAirSpeed()
end

--- Metres per second upwards.
function cockpit.climb()
  return Export.LoGetVerticalVelocity()
end

local function open()
  local directory = lfs.writedir() .. "Scripts/dcs-master/"
  local load = assert(loadfile(directory .. "loader.lua"))(directory)
  local host = load("platform").open({
    lfs = lfs,
    log = log,
    package = package,
    require = require,
    directory = directory,
  })
  if host then
    return load("core").hook(host, cockpit)
  end
end

local function run()
  -- Another hook can make the sim load all hooks again. Callbacks can be added but not removed,
  -- so the sim still calls those of the first run. Its program is retired: it does nothing more.
  local earlier = rawget(_G, "dcs_master")
  if earlier then
    earlier.retire()
  end
  local program = open()
  rawset(_G, "dcs_master", program)
  if not program then
    return
  end
  DCS.setUserCallbacks({
    onSimulationFrame = program.frame,
    onSimulationStart = program.mission_started,
    onSimulationStop = program.mission_ended,
    onMissionLoadBegin = program.mission_ended,
  })
end

--- Logs the reason why the scripts cannot run. It uses none of the other files, as one may be
-- missing.
local function log_failure(reason)
  local shown = string.gsub(string.sub(tostring(reason), 1, 300), "%c", " ")
  log.write("DCS-MASTER", log.ERROR, "dcs-master-hook.lua failed: " .. shown)
end

local ok, reason = pcall(run)
if not ok then
  pcall(log_failure, reason)
end
