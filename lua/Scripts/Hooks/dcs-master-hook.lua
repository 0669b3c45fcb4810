--- The hook state's shell: loaded once when the sim starts, alive until it ends.
-- All globals of the sim that this state uses are named here and nowhere else: `DCS`,
-- `Export`, `lfs`, `log`.

--- The cockpit, as this state sees it. Each of these may raise: the core guards it.
-- `Export` is looked up at each call: nothing promises that it stays the same table.
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
  -- Other hooks can have the sim load all of them again. Callbacks are only ever
  -- added, so those of the first run go on: its program is retired.
  if _G.dcs_master then
    _G.dcs_master.retire()
  end
  local program = open()
  _G.dcs_master = program
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

local ok, reason = pcall(run)
if not ok then
  pcall(log.write, "DCS-MASTER", log.ERROR, "dcs-master-hook.lua failed: " .. tostring(reason))
end
