--- Other scripts as candidates: the least possible one, and the original dcs-master.

local load = ...
local clock, sockets = load("clock"), load("sockets")
local socket = require("socket")

--- The number of frames in which the original is measured in each round: it takes long.
local ORIGINAL_FRAMES = 50

local rivals = {}

--- Returns the least possible script as a candidate: it reads all args, formats those that changed
-- and sends them at once. It handles no errors.
function rivals.least(cockpit, watched)
  local listener = sockets.listen()
  local server = sockets.connect(listener)
  listener:settimeout(1)
  local client = assert(listener:accept())
  client:settimeout(0)
  client:setoption("tcp-nodelay", true)
  local format, concat = string.format, table.concat
  local args, forms, sent, out = {}, {}, {}, {}
  for i = 1, watched do
    args[i], forms[i] = i, '"' .. i .. '":%.9g'
  end
  local function frame()
    local device = cockpit.device
    device:update_arguments()
    local get, n = device.get_argument_value, 0
    for i = 1, #args do
      local value = get(device, args[i])
      if value ~= sent[i] then
        sent[i] = value
        n = n + 1
        out[n] = format(forms[i], value)
      end
    end
    if n > 0 then
      client:send('{"args":{' .. concat(out, ",", 1, n) .. "}}\n")
    end
  end
  return {
    frame = frame,
    drain = sockets.drainer({ server }),
    close = function()
      client:close()
    end,
  }
end

local function sandbox(cockpit, listener)
  local sink = { write = function() end, close = function() end }
  local env = setmetatable({}, { __index = _G })
  env.package = { path = "", cpath = "" }
  env.lfs = {
    writedir = function()
      return ""
    end,
  }
  env.io = {
    open = function(_, mode)
      if mode == "w" then
        return sink
      end
      return nil, "no such file"
    end,
  }
  env.require = function()
    return {
      bind = function()
        return listener
      end,
      protect = socket.protect,
      try = socket.try,
    }
  end
  env.loadfile = function()
    return function()
      return {}
    end
  end
  env.LoGetSelfData = function()
    return { Name = "Bench" }
  end
  env.LoGetModelTime = clock.now
  env.GetDevice = function()
    return cockpit.device
  end
  env.list_indication = function()
    return ""
  end
  return env
end

--- Returns the original server as a candidate, with `count` clients that have the same
-- subscriptions.
function rivals.original(path, cockpit, watched, count)
  local chunk = assert(loadfile(path))
  local listener = sockets.listen()
  local env = sandbox(cockpit, listener)
  setfenv(chunk, env)
  chunk()
  env.LuaExportStart()
  local clients = {}
  for i = 1, count do
    clients[i] = sockets.connect(listener)
    for number = 1, watched do
      clients[i]:send("2 " .. number .. " " .. number .. " 5 1000\n")
    end
  end
  local candidate = { drain = sockets.drainer(clients), frames = ORIGINAL_FRAMES }
  function candidate.frame()
    env.LuaExportBeforeNextFrame()
    env.LuaExportAfterNextFrame()
  end
  function candidate.close()
    for _, client in ipairs(clients) do
      client:close()
    end
    listener:close()
  end
  sockets.run_frames(candidate, watched + count + 10)
  return candidate
end

return rivals
