--- The export state's shell: run by one line in Export.lua, anew for each mission.
-- All globals of the sim that this state uses are named here and nowhere else: `lfs`,
-- `list_indication`, `log`, the four `LuaExport…` callbacks.
--
-- Every callback that another script has set before stays and is called first,
-- under pcall, so that an error in one tool does not end the others.

local lfs, log, list_indication = lfs or require("lfs"), log, list_indication

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
    return load("core").export(host, { list_indication = list_indication }), host.warn
  end
end

--- Calls what was there under this name before, then `own`.
local function chain(name, own, report)
  local previous = _G[name]
  _G[name] = function()
    if previous then
      local ok, reason = pcall(previous)
      if not ok then
        report("error in another script's " .. name .. ": " .. tostring(reason))
      end
    end
    if own then
      own()
    end
  end
end

local function run()
  -- The line may stand twice in Export.lua: then the second takes over.
  if _G.dcs_master then
    _G.dcs_master.retire()
  end
  local program, report = open()
  if not program then
    return
  end
  _G.dcs_master = program
  chain("LuaExportStart", program.start, report)
  chain("LuaExportBeforeNextFrame", nil, report)
  chain("LuaExportAfterNextFrame", program.frame, report)
  chain("LuaExportStop", program.stop, report)
end

local ok, reason = pcall(run)
if not ok then
  pcall(log.write, "DCS-MASTER", log.ERROR, "export.lua failed: " .. tostring(reason))
end
