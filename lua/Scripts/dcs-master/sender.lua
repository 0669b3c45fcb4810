--- What is to be sent: the pieces of this frame, or the rest of an earlier one.
-- Knows nothing of what the pieces mean. Pure: the socket is an argument.
--
-- Pieces are collected while a frame runs and leave as one string in one send.
-- What the socket does not take waits here as `rest`; until it is gone nobody should
-- read values for pieces that could not leave.

local concat = table.concat

--- Pieces that may pile up behind a waiting rest; more are dropped and counted.
local PIECES_MAX = 4096

local Sender = {}
Sender.__index = Sender

function Sender.new()
  return setmetatable({ parts = {}, count = 0, rest = nil, offset = 1, dropped = 0 }, Sender)
end

--- Adds one piece, a whole line or a part of one. The reading of args writes to
-- `parts` and `count` itself, which is the same without a call per value.
function Sender:put(text)
  if self.rest and self.count >= PIECES_MAX then
    self.dropped = self.dropped + 1
    return
  end
  local count = self.count + 1
  self.parts[count] = text
  self.count = count
end

--- Sends the waiting rest or else the frame's pieces, with one call at most.
-- Returns the reason when the connection is over, else nil.
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

--- Forgets everything: the connection is over. Returns how many pieces were dropped.
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
