--- Sockets over loopback, and the frames in which candidates use them.
--
-- A candidate is a script under measurement: `frame()` is measured, `drain()` and `close()` are
-- not.

local load = ...
local socket = require("socket")
local clock = load("clock")

local sockets = {}

--- Returns a socket that listens on a free port.
function sockets.listen()
  local listener = assert((socket.tcp4 or socket.tcp)())
  assert(listener:bind("127.0.0.1", 0))
  assert(listener:listen(32))
  listener:settimeout(0)
  return listener
end

--- Returns a connection to such a socket.
function sockets.connect(listener)
  local _, port = listener:getsockname()
  local client = assert(socket.connect("127.0.0.1", port))
  client:settimeout(0)
  client:setoption("tcp-nodelay", true)
  return client
end

--- Returns a function that reads everything that has arrived for these sockets.
function sockets.drainer(clients)
  return function()
    for _, client in ipairs(clients) do
      while client:receive(8192) do
      end
    end
  end
end

--- Runs frames that are not measured.
function sockets.run_frames(candidate, frames)
  for _ = 1, frames do
    clock.next_frame()
    candidate.frame()
    candidate.drain()
  end
end

--- Sends all of `text`, with frames between the parts that the socket takes.
function sockets.send_all(candidate, server, text)
  local from = 1
  while from <= #text do
    local sent, _, last = server:send(text, from)
    from = (sent or last) + 1
    sockets.run_frames(candidate, 1)
  end
end

return sockets
