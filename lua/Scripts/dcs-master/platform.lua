--- Provides what both shells need besides the cockpit: the log, LuaSocket, the user's settings,
-- the folders. It names no global of the sim: the shells pass them as arguments.

local load = ...
local limiter = load("limiter")
local settings = load("settings")
local text = load("text")

local SUBJECT = "DCS-MASTER"
--- The most bytes of one line in dcs.log.
local LOG_LINE_MAX = 500
--- The most connections in the system's queue that wait to be accepted.
local BACKLOG = 32

local platform = {}

local function writer(log)
  return function(message, level)
    pcall(log.write, SUBJECT, level, text.one_line(message, LOG_LINE_MAX))
  end
end

local function at_level(write, level)
  return function(message)
    write(message, level)
  end
end

--- Returns LuaSocket, or nil and the reason. The sim has it in its own folder.
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
  return nil, text.of(socket)
end

--- Returns the value that config.lua returns, or nil when there is no such file. The file is run
-- without any globals.
local function read_config(path, warn)
  local file = io.open(path, "rb")
  if not file then
    return nil
  end
  local source = file:read("*a") or ""
  file:close()
  -- Some editors on Windows begin a file with a byte order mark, which Lua does not accept.
  local chunk, reason = loadstring(string.gsub(source, "^\239\187\191", ""), "=config.lua")
  if not chunk then
    warn("config.lua is not valid Lua, defaults apply: " .. text.of(reason))
    return nil
  end
  setfenv(chunk, {})
  local ok, config = pcall(chunk)
  if not ok then
    warn("config.lua failed, defaults apply: " .. text.of(config))
    return nil
  end
  -- A file without "return" gives nil, which must differ from "no file".
  return config or false
end

--- Returns a function that opens a non-blocking listener. It does not use `socket.bind`, which
-- sets SO_REUSEADDR: on Windows that option lets two programs listen on one port without either
-- noticing. On other systems it only allows a port to be used again soon after it was closed.
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

--- Returns the path that a function of `lfs` returns, or nil if it returns none.
local function folder(get_path)
  local ok, path = pcall(get_path)
  if ok and type(path) == "string" then
    return path
  end
end

--- Returns the host for `core.lua`. Without LuaSocket, logs the reason and returns nil. `sim` has
-- the state's `lfs`, `log`, `package`, `require`, and `directory`, the path of this folder.
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

  --- Returns the host for `link.lua` in the state `name`.
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
      max_frame_ms = chosen.max_frame_ms,
      listen = listen_on(socket, sim.package, chosen.bind, port),
      clock = clock,
      log = host.log,
      warn = host.warn,
    }
  end

  return host
end

return platform
