--- The listening socket: opens it, reopens it after a failure, accepts connections. Pure.

local load = ...
local text = load("text")

local format = string.format

--- Seconds between two attempts to listen.
local RETRY_PERIOD = 5

local Listener = {}
Listener.__index = Listener

--- `host`: see `link.lua`.
function Listener.new(host)
  return setmetatable({ host = host, socket = nil }, Listener)
end

local function warn(self, message)
  self.host.warn(self.host.name .. ": " .. message)
end

--- Tries to listen. On failure, returns the seconds to wait before the next attempt.
function Listener:open()
  local host = self.host
  local address = host.bind .. ":" .. host.port
  local socket, reason = host.listen()
  if socket then
    self.socket = socket
    host.log(host.name .. ": listening on " .. address)
    return nil
  end
  warn(
    self,
    format(
      "cannot listen on %s (%s). If another program uses port %d, end it or set another"
        .. " %s_port in Scripts/dcs-master/config.lua. Trying again every %d seconds.",
      address,
      text.of(reason),
      host.port,
      host.name,
      RETRY_PERIOD
    )
  )
  return RETRY_PERIOD
end

--- Accepts a connection and returns its socket, or nil when there is none. When the listening
-- socket fails, closes it and returns nil and the seconds to wait before opening it again.
function Listener:accept()
  local socket, reason = self.socket:accept()
  if socket then
    return socket
  end
  if reason ~= "timeout" then
    warn(self, "the listening socket failed (" .. text.of(reason) .. "), opening it again")
    self:close()
    return nil, RETRY_PERIOD
  end
end

function Listener:close()
  local socket = self.socket
  if socket then
    self.socket = nil
    socket:close()
  end
end

return Listener
