--- Buffers the output of a frame and sends it with one call. It does not know the meaning of the
-- pieces. Pure: the socket is an argument.
--
-- The pieces of a frame are collected, joined into one string and sent. The part that the socket
-- does not accept is kept as `rest` and sent in the next frames. Until then no values should be
-- read, since they could not be sent either.

local concat = table.concat

--- The most pieces that may wait while there is a rest; more are dropped and counted.
local PIECES_MAX = 4096

local Sender = {}
Sender.__index = Sender

function Sender.new()
  return setmetatable({ parts = {}, count = 0, rest = nil, offset = 1, dropped = 0 }, Sender)
end

--- Adds one piece, which is a line or a part of one. `args.lua` writes to `parts` and `count`
-- directly, which saves a call for each value.
function Sender:put(text)
  if self.rest and self.count >= PIECES_MAX then
    self.dropped = self.dropped + 1
    return
  end
  local count = self.count + 1
  self.parts[count] = text
  self.count = count
end

--- Sends the rest if there is one, else the pieces of this frame, with one call. Returns the
-- reason if the connection has ended, else nil.
function Sender:flush(socket)
  local rest = self.rest
  if not rest then
    if self.count == 0 then
      return nil
    end
    rest = concat(self.parts, "", 1, self.count)
    self.count = 0
    self.offset = 1
  end
  local sent, reason, last = socket:send(rest, self.offset)
  if sent then
    self.rest = nil
  elseif reason == "timeout" then
    self.offset = (last or self.offset - 1) + 1
    self.rest = self.offset <= #rest and rest or nil
  else
    return reason or "unknown error"
  end
end

--- Discards everything, for a connection that has ended. Returns the number of pieces that were
-- dropped while it existed.
function Sender:clear()
  local dropped = self.dropped
  self.dropped = 0
  self.parts = {}
  self.count = 0
  self.rest = nil
  self.offset = 1
  return dropped
end

return Sender
