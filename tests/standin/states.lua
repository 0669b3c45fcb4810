--- The sim's two Lua states. Each is an environment in this process with its own globals, its own
-- `package`, and only the functions that the real state has.

local STANDARD = {
  "assert",
  "collectgarbage",
  "error",
  "getfenv",
  "getmetatable",
  "ipairs",
  "next",
  "pairs",
  "pcall",
  "print",
  "rawequal",
  "rawget",
  "rawset",
  "select",
  "setfenv",
  "setmetatable",
  "tonumber",
  "tostring",
  "type",
  "unpack",
  "xpcall",
  "newproxy",
}
local LIBRARIES = { "coroutine", "debug", "io", "math", "os", "string", "table" }

local states = {}

local function copy(from)
  local to = {}
  for name, value in pairs(from) do
    to[name] = value
  end
  return to
end

--- Adds `module` and `package` as Lua has them, but with these globals.
local function add_package(globals, loaded)
  globals.package =
    { path = package.path, cpath = package.cpath, config = package.config, loaded = loaded }

  function globals.package.seeall(environment)
    setmetatable(environment, { __index = globals })
  end

  function globals.module(name, ...)
    local environment = { _NAME = name, _PACKAGE = "" }
    environment._M = environment
    loaded[name], globals[name] = environment, environment
    for _, option in ipairs({ ... }) do
      option(environment)
    end
    setfenv(2, environment)
  end
end

--- Returns the chunk of a module in one of the folders that the scripts have added to
-- `package.path`; nil for all others, such as LuaSocket.
local function find_module(globals, name)
  local file = name:gsub("%.", "/")
  for template in globals.package.path:gmatch("[^;]+") do
    if not package.path:find(template, 1, true) then
      local path = template:gsub("%?", (file:gsub("%%", "%%%%")))
      local chunk, reason = globals.loadfile(path)
      if chunk or not reason:find("^cannot open") then
        return assert(chunk, reason)
      end
    end
  end
end

local function add_loading(globals, folders)
  local loaded = {}
  add_package(globals, loaded)

  function globals.require(name)
    if name == "lfs" then
      return globals.lfs
    end
    if loaded[name] == nil then
      local chunk = find_module(globals, name)
      if not chunk then
        return (folders.require or require)(name)
      end
      local result = chunk(name)
      loaded[name] = result == nil and (loaded[name] or true) or result
    end
    return loaded[name]
  end

  function globals.loadfile(path)
    local chunk, reason = loadfile(path)
    return chunk and setfenv(chunk, globals), reason
  end

  function globals.dofile(path)
    return assert(globals.loadfile(path))()
  end

  function globals.loadstring(text, name)
    local chunk, reason = loadstring(text, name)
    return chunk and setfenv(chunk, globals), reason
  end
end

--- Returns the globals that both states have. `folders` has `write` and `install`, with a
-- trailing slash, and may have `require` to replace the real one. `on_log(level, subject,
-- text)` is called with what the scripts log.
local function base(folders, on_log)
  local globals = {}
  globals._G = globals
  globals._VERSION = _VERSION
  for _, name in ipairs(STANDARD) do
    globals[name] = _G[name]
  end
  for _, name in ipairs(LIBRARIES) do
    globals[name] = copy(_G[name])
  end
  globals.os.setlocale = nil
  globals.lfs = {
    writedir = function()
      return folders.write
    end,
    currentdir = function()
      return folders.install
    end,
  }
  globals.log = { ALERT = 1, ERROR = 2, WARNING = 4, INFO = 8, DEBUG = 16 }
  local levels = { [1] = "ALERT", [2] = "ERROR", [4] = "WARNING", [8] = "INFO", [16] = "DEBUG" }
  globals.log.write = function(subject, level, text)
    on_log(levels[level] or tostring(level), subject, text)
  end
  add_loading(globals, folders)
  return globals
end

local Hook = {}
Hook.__index = Hook

--- Creates the hook state, which lives as long as the sim. `files` are the hooks to load.
function states.hook(world, folders, files, on_log)
  local self = setmetatable({ files = files, callbacks = {}, on_log = on_log }, Hook)
  local globals = base(folders, on_log)
  self.globals = globals
  globals.DCS = {
    setUserCallbacks = function(callbacks)
      self.callbacks[#self.callbacks + 1] = callbacks
    end,
    reloadUserScripts = function()
      self:load()
    end,
    getPlayerUnitType = function()
      return world:unit_type()
    end,
    getMissionLoaded = function()
      world.record("violation: DCS.getMissionLoaded crashes the sim")
    end,
  }
  globals.Sim = globals.DCS
  globals.net = {
    dostring_in = function()
      return nil
    end,
  }
  globals.Export = {
    GetDevice = function(number)
      return world:device(number)
    end,
    LoGetSelfData = function()
      return world:self()
    end,
    LoIsOwnshipExportAllowed = function()
      return world.self_data
    end,
    LoGetEngineInfo = function()
      return world:figure("LoGetEngineInfo")
    end,
    LoGetAltitudeAboveGroundLevel = function()
      return world:figure("LoGetAltitudeAboveGroundLevel")
    end,
    LoGetTrueAirSpeed = function()
      return world:figure("LoGetTrueAirSpeed")
    end,
    LoGetVerticalVelocity = function()
      return world:figure("LoGetVerticalVelocity")
    end,
  }
  self:load()
  return self
end

--- Executes all hook files, each in an environment that reads through to the globals.
function Hook:load()
  for _, path in ipairs(self.files) do
    local chunk, reason = loadfile(path)
    if chunk then
      setfenv(chunk, setmetatable({}, { __index = self.globals }))
      local ok, failure = pcall(chunk)
      reason = not ok and failure or nil
    end
    if reason then
      self.on_log("ERROR", "LUA-HOOK", tostring(reason))
    end
  end
end

--- Calls a callback of every hook that set it.
function Hook:call(name)
  for _, callbacks in ipairs(self.callbacks) do
    if callbacks[name] then
      local ok, reason = pcall(callbacks[name])
      if not ok then
        self.on_log("ERROR", "LUA-HOOK", name .. ": " .. tostring(reason))
      end
    end
  end
end

local Export = {}
Export.__index = Export

--- Creates the export state of a mission from Export.lua. It is discarded after the mission.
function states.export(world, folders, on_log)
  local self = setmetatable({ on_log = on_log }, Export)
  local globals = base(folders, on_log)
  self.globals = globals
  globals.GetDevice = function(number)
    return world:device(number)
  end
  for _, name in ipairs(world.figure_names()) do
    globals[name] = function()
      return world:figure(name)
    end
  end
  globals.LoGetSelfData = function()
    return world:self()
  end
  globals.LoGetModelTime = function()
    return world.seconds
  end
  globals.LoIsOwnshipExportAllowed = function()
    return world.self_data
  end
  globals.LoGetAircraftDrawArgumentValue = function(number)
    return world:draw_argument(number)
  end
  globals.list_cockpit_params = function()
    return world:cockpit_parameters()
  end
  globals.LoSetCommand = function(...)
    world:set_command(...)
  end
  globals.list_indication = function(number)
    return world:indication(number)
  end
  local chunk, reason = globals.loadfile(folders.write .. "Scripts/Export.lua")
  local ok = chunk ~= nil
  if chunk then
    ok, reason = pcall(chunk)
  end
  if not ok then
    on_log("ERROR", "LUA-EXPORT", tostring(reason))
  end
  return self
end

--- Calls the global callback with that name, if there is one.
function Export:call(name)
  local callback = self.globals[name]
  if callback then
    local ok, reason = pcall(callback)
    if not ok then
      self.on_log("ERROR", "LUA-EXPORT", name .. ": " .. tostring(reason))
    end
  end
end

return states
