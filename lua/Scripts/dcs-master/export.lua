--- The shell of the export state. One line in Export.lua runs it at the start of each mission. It
-- is the only file that names globals of the sim for this state: those in `open` below and the four
-- `LuaExport…` callbacks. Export functions are looked up here by the names in
-- `telemetry_fields.lua` and `functions.lua`.
--
-- A callback that another script set earlier is kept and called first, under pcall, so that an
-- error in one tool does not stop the others.
--
-- A mission's script may have given `_G` a metatable that raises an error when an undefined global
-- is read or written. So globals that may be undefined are read under pcall and set with rawset.

local function index(name)
  return _G[name]
end

--- Returns the global with that name, or nil when there is none.
local function global(name)
  local ok, value = pcall(index, name)
  if ok then
    return value
  end
end

local lfs = global("lfs") or require("lfs")
local log = global("log")
local list_indication = global("list_indication")

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
    local program = load("core").export(host, {
      list_indication = list_indication,
      get_device = global("GetDevice"),
      draw_argument = global("LoGetAircraftDrawArgumentValue"),
      cockpit_parameters = global("list_cockpit_params"),
      set_command = global("LoSetCommand"),
      export_allowed = global("LoIsOwnshipExportAllowed"),
      find = global,
    })
    return program, host.warn, load("text").of
  end
end

--- Sets the callback `name` to a function that calls the previous callback and then `own`.
local function chain(name, own, warn, text_of)
  local previous = global(name)
  rawset(_G, name, function()
    if previous then
      local ok, reason = pcall(previous)
      if not ok then
        warn("error in another script's " .. name .. ": " .. text_of(reason))
      end
    end
    if own then
      own()
    end
  end)
end

local function run()
  -- Export.lua may contain the line twice. Then the second run replaces the first.
  local earlier = global("dcs_master")
  if earlier then
    earlier.retire()
  end
  local program, warn, text_of = open()
  if not program then
    return
  end
  rawset(_G, "dcs_master", program)
  chain("LuaExportStart", program.start, warn, text_of)
  chain("LuaExportBeforeNextFrame", nil, warn, text_of)
  chain("LuaExportAfterNextFrame", program.frame, warn, text_of)
  chain("LuaExportStop", program.stop, warn, text_of)
end

--- Logs the reason why the scripts cannot run. It uses none of the other files, as one may be
-- missing.
local function log_failure(reason)
  local shown = string.gsub(string.sub(tostring(reason), 1, 300), "%c", " ")
  log.write("DCS-MASTER", log.ERROR, "export.lua failed: " .. shown)
end

local ok, reason = pcall(run)
if not ok then
  pcall(log_failure, reason)
end
