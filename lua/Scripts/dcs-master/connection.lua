--- One accepted connection: reads bytes and splits them into lines. Pure: the socket is an
-- argument.

local find, sub = string.find, string.sub

--- The most bytes of one line without its LF, and the most bytes read in one frame.
local LINE_MAX, READ_MAX = 256, 8192

local Connection = {}
Connection.__index = Connection

--- Wraps an accepted socket and makes it non-blocking. `now` is in seconds.
function Connection.new(socket, now)
  socket:settimeout(0)
  socket:setoption("tcp-nodelay", true)
  local ip, port = socket:getpeername()
  return setmetatable({
    socket = socket,
    peer = tostring(ip) .. ":" .. tostring(port),
    text = "", -- received bytes; those before `from` have been consumed
    from = 1,
    last_line_at = now, -- when the last line arrived
    end_reason = nil, -- set when nothing more will arrive
  }, Connection)
end

--- Returns whether a complete line is available.
function Connection:has_line()
  return find(self.text, "\n", self.from, true) ~= nil
end

--- Receives bytes once, unless a complete line is still available.
function Connection:receive()
  if self.end_reason or (self.text ~= "" and self:has_line()) then
    return
  end
  local whole, reason, rest = self.socket:receive(READ_MAX)
  local text = whole or rest
  if text and text ~= "" then
    self.text = sub(self.text, self.from) .. text
    self.from = 1
  end
  if not whole and reason ~= "timeout" then
    self.end_reason = reason or "unknown error"
  end
end

--- Consumes the next complete line and returns it without its LF, or nil when there is none. A
-- line that is too long ends the connection.
function Connection:next_line()
  local text, from = self.text, self.from
  local stop = find(text, "\n", from, true)
  if (stop or #text + 1) - from > LINE_MAX then
    self.end_reason = "a line of more than " .. LINE_MAX .. " bytes"
    self.text, self.from = "", 1
  elseif stop then
    self.from = stop + 1
    return sub(text, from, stop - 1)
  elseif from > #text then
    self.text, self.from = "", 1
  end
end

--- Returns whether the connection has ended and all its complete lines have been consumed.
function Connection:is_drained()
  return self.end_reason ~= nil and not self:has_line()
end

function Connection:close()
  self.socket:close()
end

return Connection
