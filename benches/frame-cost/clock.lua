--- The clock of the scripts that are measured. It runs as at 60 frames a second, however fast the
-- frames follow each other.

local socket = require("socket")

local clock = { FPS = 60 }

local shift = 0

--- Returns the time in seconds.
function clock.now()
  return socket.gettime() + shift
end

--- Advances the clock to the next frame.
function clock.next_frame()
  shift = shift + 1 / clock.FPS
end

return clock
