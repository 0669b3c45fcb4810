--- Sends what a frame has to say, or the rest of an earlier frame. Knows nothing of what the
-- pieces mean. Pure: the socket is an argument.
--
-- Pieces are collected while a frame runs and are sent as one string with one call. What the
-- socket does not take waits here as `rest`. Until it has been sent, no values should be read:
-- they could not be sent either.

local concat = table.concat

--- Pieces that may wait behind a rest; more are dropped and counted.
local PIECES_MAX = 4096

local Sender = {}
Sender.__index = Sender

function Sender.new()
  return setmetatable({ parts = {}, count = 0, rest = nil, offset = 1, dropped = 0 }, Sender)
end

--- Adds one piece, a whole line or a part of one. `args.lua` writes to `parts` and `count`
-- itself, which saves a call for each value.
function Sender:put(text)
  if self.rest and self.count >= PIECES_MAX then
    self.dropped = self.dropped + 1
    return
  end
  local count = self.count + 1
  self.parts[count] = text
  self.count = count
end

--- Sends the rest if there is one, else the frame's pieces, with one call at most. Returns the
-- reason when the connection has ended, else nil.
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

--- Forgets everything: the connection has ended. Returns how many pieces were dropped.
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
