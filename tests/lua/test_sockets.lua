--- Tests of the scripts with real sockets: servers that end at any byte, a thousand links, readers
-- that stall, flights of eight hours. Only the clock is simulated.

local t, fakes = ...
local socket = require("socket")

local Server = {}
Server.__index = Server

--- Returns a rig whose program listens on a real port. Its `accepted` is the scripts' socket of the
-- last connection.
local function real_rig(state)
  local rig, port
  local function listen()
    local listener = assert(socket.tcp4())
    assert(listener:bind("127.0.0.1", 0))
    assert(listener:listen(8))
    listener:settimeout(0)
    port = select(2, listener:getsockname())
    local proxy = {}
    function proxy.accept()
      local client, reason = listener:accept()
      if client then
        client:setoption("send-buffer-size", 65536)
        rig.accepted = client
      end
      return client, reason
    end
    function proxy.close()
      listener:close()
    end
    return proxy
  end
  rig = fakes.rig(state, { listen = listen })
  rig:frames(1)
  rig.port = port
  return rig
end

local function connect(rig)
  local client = assert(socket.tcp4())
  -- The buffers are small on both ends, so that they soon fill when a reader stalls.
  client:setoption("recv-buffer-size", 16384)
  assert(client:connect("127.0.0.1", rig.port))
  client:settimeout(0)
  client:setoption("tcp-nodelay", true)
  return setmetatable({ rig = rig, client = client, text = "" }, Server)
end

function Server:read()
  local whole, reason, rest = self.client:receive(65536)
  self.text = self.text .. (whole or rest)
  return reason
end

--- Sends and waits until the text has arrived. Without the wait, even a short delay would count as
-- silence, since simulated time runs a thousand times faster than real time.
function Server:say(text)
  self.client:send(text)
  socket.select({ self.rig.accepted }, nil, 10)
end

--- Runs frames until `done()` returns true. Only a failing test reaches the deadline.
local function run_until(rig, done, what)
  local deadline = socket.gettime() + 30
  while not done() do
    assert(socket.gettime() < deadline, "timeout while waiting for " .. what)
    rig:frames(1)
    socket.sleep(0.001)
  end
end

--- Returns a server that is linked. Like the real server, it reconnects until it is.
local function link(rig)
  local server
  run_until(rig, function()
    if not server then
      server = connect(rig)
      server.client:send(fakes.GREETING)
    elseif server:read() == "closed" then
      server.client:close()
      server = nil
    end
    return server and server.text:find('"hello"', 1, true)
  end, "hello")
  return server
end

--- Checks that the link works: a line is answered.
local function check_alive(rig, server)
  server:say("foo\n")
  run_until(rig, function()
    server:read()
    return server.text:find("not understood: foo", 1, true)
  end, "an answer")
  server.client:close()
end

local function open_files()
  local pipe = assert(io.popen("ls /proc/" .. "$PPID" .. "/fd | wc -l"))
  local count = tonumber(pipe:read("*a"))
  pipe:close()
  return count
end

local WORDS = fakes.GREETING .. "2 540 10\n1 12 3001 0.5 7\n3 x\n0\n"

local function abort(client)
  client:setoption("linger", { on = true, timeout = 0 })
  client:close()
end

t.case(
  "sockets: after a server ends at any byte, by close or reset, the next one is linked",
  function()
    local rig = real_rig("hook")
    for bytes = 0, #WORDS do
      for _, close in ipairs({
        abort,
        function(client)
          client:close()
        end,
      }) do
        local server = connect(rig)
        server.client:send(WORDS:sub(1, bytes))
        rig:frames(12 + bytes % 5)
        close(server.client)
        rig:frames(30)
      end
    end
    local server = link(rig)
    check_alive(rig, server)
  end
)

t.case("sockets: a server may end while output is sent to it", function()
  local rig = real_rig("hook")
  for arg = 1, 200 do
    rig.sim.values[arg] = arg / 256
  end
  local lines = {}
  for arg = 1, 200 do
    lines[arg] = "2 " .. arg .. " 1000\n"
  end
  for bytes = 100, 2600, 97 do
    local server = link(rig)
    server.client:send(table.concat(lines))
    run_until(rig, function()
      server.client:settimeout(0)
      local whole, _, rest = server.client:receive(bytes + 1 - #server.text)
      server.text = server.text .. (whole or rest)
      return #server.text >= bytes or server.text:find("args", 1, true)
    end, "bytes")
    abort(server.client)
  end
  link(rig).client:close()
end)

t.case("sockets: a thousand links leave no open socket", function()
  local rig = real_rig("export")
  link(rig).client:close()
  rig:frames(5)
  collectgarbage()
  local before = open_files()
  for _ = 1, 1000 do
    local server = connect(rig)
    server.client:send(fakes.GREETING .. "3 6 10 1\n")
    rig:frames(2, 0.5)
    server.client:close()
    rig:frames(2, 0.5)
  end
  run_until(rig, function()
    return open_files() <= before
  end, "sockets to be closed")
end)

t.case(
  "sockets: a server that stalls for a minute gets a complete stream and the newest values",
  function()
    local rig = real_rig("hook")
    local server = link(rig)
    local lines = {}
    for arg = 1, 300 do
      lines[arg] = "2 " .. arg .. " 1000\n"
    end
    server:say(table.concat(lines))
    local function fly(frames)
      for frame = 1, frames do
        for arg = 1, 300 do
          rig.sim.values[arg] = (frame * 31 + arg * 17) % 511 / 512
        end
        if frame % 120 == 0 then
          server:say("0\n")
        end
        rig:frames(1)
      end
    end
    fly(1800)
    collectgarbage()
    local memory, reads = collectgarbage("count"), rig.sim.reads
    fly(1800)
    collectgarbage()
    t.equal(collectgarbage("count") - memory < 64, true, "memory while it stalls")
    t.equal(rig.sim.reads - reads < 3000, true, "reads in 1800 frames while it stalls")
    local latest = {}
    run_until(rig, function()
      server:read()
      local complete = server.text:match("^.*\n")
      if complete then
        for _, line in ipairs((fakes.read_json(complete))) do
          for arg, value in pairs(line.args or {}) do
            latest[tonumber(arg)] = value
          end
        end
        server.text = server.text:sub(#complete + 1)
      end
      return latest[300] == rig.sim.values[300] and latest[1] == rig.sim.values[1]
    end, "the newest values")
    t.equal(latest, rig.sim.values)
    server.client:close()
  end
)

--- Frames per second of the long flights. A leak of one byte a frame would be 36 kilobytes an hour,
-- several times the tolerance below.
local FRAME_RATE = 10

--- Flies eight hours, with `each(frame)` before each frame. Memory must not grow: the minimum of
-- the last four hours may exceed the maximum of the first four by a few kilobytes at most.
local function fly_eight_hours(rig, server, each)
  local frame, most, least = 0, 0, math.huge
  for hour = 1, 8 do
    for _ = 1, 3600 * FRAME_RATE do
      frame = frame + 1
      each(frame)
      rig:frames(1, 1 / FRAME_RATE)
      if frame % (5 * FRAME_RATE) == 0 then
        server:say("0\n")
        server.client:receive(65536)
      end
    end
    rig.sim.acted = {}
    collectgarbage()
    local count = collectgarbage("count")
    if hour <= 4 then
      most = math.max(most, count)
    else
      least = math.min(least, count)
    end
  end
  t.equal(least < most + 8, true, "from " .. most .. " to " .. least .. " kilobytes")
  t.equal(#rig.logs < 10, true, "lines in the log")
  server.text = ""
  check_alive(rig, server)
end

t.case("sockets: eight hours in the hook state need no more memory than one", function()
  local rig = real_rig("hook")
  local server = link(rig)
  server.client:send("2 1 5\n2 2 5\n2 3 1\n")
  fly_eight_hours(rig, server, function(frame)
    rig.sim.values[frame % 3 + 1] = frame % 4096 / 4096
    if frame % (2 * FRAME_RATE) == 0 then
      server.client:send("1 12 3001 1 1\n1 99 1 1 2\n")
    end
    if frame % (1800 * FRAME_RATE) == 0 then
      rig.program.mission_ended()
      rig.sim.name = rig.sim.name == "A-4E-C" and "UH-60L" or "A-4E-C"
      rig.program.mission_started()
    end
  end)
end)

t.case("sockets: eight hours in the export state need no more memory than one", function()
  local rig = real_rig("export")
  local server = link(rig)
  server.client:send("3 0 4 1\n3 1 1 1\n3 2 4 1\n")
  fly_eight_hours(rig, server, function(frame)
    rig.sim.texts[frame % 2] = "text " .. frame
    if frame % (10 * FRAME_RATE) == 0 then
      server.client:send("4 " .. frame .. "\n")
    end
  end)
end)
