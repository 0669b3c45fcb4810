--- What both shells need of the sim besides its cockpit: log, LuaSocket, the
-- user's settings, folders. Knows no sim global: the shells pass them.

local load = ...
local limiter = load("limiter")
local settings = load("settings")

local SUBJECT = "DCS-MASTER"
--- Connections that may wait to be accepted.
local BACKLOG = 8

local platform = {}

local function writer(log)
  return function(text, level)
    pcall(log.write, SUBJECT, level, text)
  end
end

local function at_level(write, level)
  return function(text)
    write(text, level)
  end
end

--- LuaSocket, or nil and the reason. The sim ships it in its own folder.
local function load_socket(sim)
  local package = sim.package
  if package and not string.find(package.cpath, ".\\LuaSocket\\?.dll", 1, true) then
    package.path = package.path .. ";.\\LuaSocket\\?.lua"
    package.cpath = package.cpath .. ";.\\LuaSocket\\?.dll"
  end
  local ok, socket = pcall(sim.require, "socket")
  if ok and type(socket) == "table" then
    return socket
  end
  return nil, tostring(socket)
end

--- What config.lua returns, nil without one. It is given nothing to work with.
local function read_config(path, warn)
  local file = io.open(path, "rb")
  if not file then
    return nil
  end
  local text = file:read("*a") or ""
  file:close()
  -- Editors on Windows like to begin a file with a mark that Lua does not understand.
  local chunk, reason = loadstring(string.gsub(text, "^\239\187\191", ""), "=config.lua")
  if not chunk then
    warn("config.lua is not valid Lua, defaults apply: " .. tostring(reason))
    return nil
  end
  setfenv(chunk, {})
  local ok, config = pcall(chunk)
  if not ok then
    warn("config.lua failed, defaults apply: " .. tostring(config))
    return nil
  end
  -- Without a "return" it is nil, which must not pass for "no file".
  return config or false
end

--- A function that listens without blocking. Not `socket.bind`: that sets
-- SO_REUSEADDR, with which two programs can listen on one port of Windows and
-- neither notices. Elsewhere the option only passes over connections just closed.
local function listen_on(socket, package, bind, port)
  local create = socket.tcp4 or socket.tcp
  local windows = not package or string.sub(package.config or "\\", 1, 1) == "\\"
  return function()
    local listener, reason = create()
    if not listener then
      return nil, reason
    end
    listener:settimeout(0)
    if not windows then
      listener:setoption("reuseaddr", true)
    end
    local ok
    ok, reason = listener:bind(bind, port)
    if ok then
      ok, reason = listener:listen(BACKLOG)
    end
    if not ok then
      listener:close()
      return nil, reason
    end
    return listener
  end
end

local function folder(tell)
  local ok, path = pcall(tell)
  if ok and type(path) == "string" then
    return path
  end
end

--- The host for `core.lua`; nil when there is no LuaSocket, which is logged. `sim`:
-- the state's `lfs`, `log`, `package`, `require`, and `directory`, this folder.
function platform.open(sim)
  local write = writer(sim.log)
  local warn = at_level(write, sim.log.WARNING)
  local socket, reason = load_socket(sim)
  if not socket then
    warn("disabled: LuaSocket cannot be loaded: " .. reason)
    return nil
  end
  local chosen, problems = settings.from(read_config(sim.directory .. "config.lua", warn))
  for _, problem in ipairs(problems) do
    warn(problem)
  end
  if not string.find(chosen.bind, "^127%.") and chosen.bind ~= "localhost" then
    warn("bound to " .. chosen.bind .. ": anyone on that network can press cockpit buttons")
  end
  local clock = socket.gettime
  local limited = limiter.new(write, clock)
  local host = {
    settings = chosen,
    log = at_level(limited, sim.log.INFO),
    warn = at_level(limited, sim.log.WARNING),
  }

  --- What `link.lua` needs, for the state of that name.
  function host.link(name, version)
    local port = chosen[name .. "_port"]
    return {
      name = name,
      version = version,
      write_dir = folder(sim.lfs.writedir),
      install_dir = folder(sim.lfs.currentdir),
      bind = chosen.bind,
      port = port,
      accepts_per_second = chosen.accepts_per_second,
      listen = listen_on(socket, sim.package, chosen.bind, port),
      clock = clock,
      log = host.log,
      warn = host.warn,
    }
  end

  return host
end

return platform
