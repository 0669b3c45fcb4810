--- The shell of the export state: run by one line in Export.lua, anew for each mission. It is
-- the only file that names globals of the sim for this state: `lfs`, `log`, `list_indication`
-- and the four `LuaExport…` callbacks.
--
-- A callback that another script has set before stays and is called first, under pcall, so
-- that an error in one tool does not end the others.
--
-- A mission's script may have given `_G` a metatable that raises when an undefined global is
-- read or written. So globals that may be undefined are read under pcall and written raw.

local function index(name)
  return _G[name]
end

--- Returns the global of that name, nil when there is none.
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
    local program = load("core").export(host, { list_indication = list_indication })
    return program, host.warn, load("text").of
  end
end

--- Sets the callback `name`: the one that was there before is called first, then `own`.
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
  -- The line may stand twice in Export.lua: then the second run takes over.
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

--- Logs why the scripts cannot run. Needs none of the other files: one may be missing.
local function log_failure(reason)
  local shown = string.gsub(string.sub(tostring(reason), 1, 300), "%c", " ")
  log.write("DCS-MASTER", log.ERROR, "export.lua failed: " .. shown)
end

local ok, reason = pcall(run)
if not ok then
  pcall(log_failure, reason)
end
