--- The shell of the hook state: loaded once when the sim starts, alive until it ends. It is the
-- only file that names globals of the sim for this state: `DCS`, `Export`, `lfs`, `log`.
--
-- `_G.dcs_master` is read and written raw: another script may have given `_G` a metatable that
-- raises when an undefined global is used.

--- The cockpit as this state sees it. Each function may raise: the core guards it. `Export` is
-- looked up at each call, because nothing promises that it stays the same table.
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
  -- Another hook can have the sim load all hooks again. Callbacks can only be added, so those
  -- of the first run are still called: its program is retired.
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

--- Logs why the scripts cannot run. Needs none of the other files: one may be missing.
local function log_failure(reason)
  local shown = string.gsub(string.sub(tostring(reason), 1, 300), "%c", " ")
  log.write("DCS-MASTER", log.ERROR, "dcs-master-hook.lua failed: " .. shown)
end

local ok, reason = pcall(run)
if not ok then
  pcall(log_failure, reason)
end
