--- One accepted connection: reads bytes and cuts them into lines. Pure: the socket is an
-- argument.

local find, sub = string.find, string.sub

--- Bytes of one line without its LF, and bytes read in one frame.
local LINE_MAX, READ_MAX = 256, 8192

local Connection = {}
Connection.__index = Connection

--- Takes over an accepted socket, which never blocks from here on. `now` in seconds.
function Connection.new(socket, now)
  socket:settimeout(0)
  socket:setoption("tcp-nodelay", true)
  local ip, port = socket:getpeername()
  return setmetatable({
    socket = socket,
    peer = tostring(ip) .. ":" .. tostring(port),
    text = "", -- what was read; lines before `from` have been taken
    from = 1,
    heard = now, -- when the last line came
    over = nil, -- the reason why nothing more will come
  }, Connection)
end

--- Returns whether a complete line waits to be taken.
function Connection:has_line()
  return find(self.text, "\n", self.from, true) ~= nil
end

--- Reads what has come, once, unless a complete line still waits to be taken.
function Connection:receive()
  if self.over or (self.text ~= "" and self:has_line()) then
    return
  end
  local whole, reason, rest = self.socket:receive(READ_MAX)
  local text = whole or rest
  if text and text ~= "" then
    self.text = sub(self.text, self.from) .. text
    self.from = 1
  end
  if not whole and reason ~= "timeout" then
    self.over = reason or "unknown error"
  end
end

--- Returns the next complete line without its LF, nil when there is none. A line that is
-- too long ends the connection.
function Connection:next_line()
  local text, from = self.text, self.from
  local stop = find(text, "\n", from, true)
  if (stop or #text + 1) - from > LINE_MAX then
    self.over = "a line of more than " .. LINE_MAX .. " bytes"
    self.text, self.from = "", 1
  elseif stop then
    self.from = stop + 1
    return sub(text, from, stop - 1)
  elseif from > #text then
    self.text, self.from = "", 1
  end
end

--- Returns whether everything that came has been taken and nothing more will come.
function Connection:ended()
  return self.over ~= nil and not self:has_line()
end

function Connection:close()
  self.socket:close()
end

return Connection
