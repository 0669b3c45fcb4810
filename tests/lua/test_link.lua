--- Tests of the beginning and the work of a link: rows T1 to T16 of the table in `docs/hook.md`.

local t, fakes = ...
local GREETING = fakes.GREETING

t.case("T1: the first frame listens and logs the address", function()
  local rig = fakes.rig("hook")
  rig:frames(1)
  t.equal(rig.logs, { "hook: listening on 127.0.0.1:4243" })
end)

t.case("T2: a port in use is named, and tried again every five seconds", function()
  local rig = fakes.rig("hook")
  rig.busy = true
  rig:frames(1)
  t.contains(rig:last_log(), "cannot listen on 127.0.0.1:4243 (address already in use)")
  t.equal(rig.warnings, rig.logs)
  t.contains(rig:last_log(), "set another hook_port in Scripts/dcs-master/config.lua")
  rig:frames(40, 0.1)
  t.equal(#rig.logs, 1, "attempts")
  rig.busy = false
  rig:frames(12, 0.1)
  t.equal(rig:last_log(), "hook: listening on 127.0.0.1:4243")
end)

t.case("T3: dormant frames look for a connection four times a second, without garbage", function()
  local rig = fakes.rig("hook")
  rig:frames(2)
  local accepts, accept = 0, rig.listener.accept
  rig.listener.accept = function(self)
    accepts = accepts + 1
    return accept(self)
  end
  rig:frames(600, 1 / 60)
  t.equal(accepts >= 35 and accepts <= 41, true, accepts .. " looks in ten seconds")
  collectgarbage()
  collectgarbage("stop")
  local before = collectgarbage("count")
  rig:frames(600)
  local garbage = collectgarbage("count") - before
  collectgarbage("restart")
  t.equal(garbage, 0)
end)

t.case("T4: a connection is accepted without blocking and gets TCP_NODELAY at once", function()
  local rig = fakes.rig("hook")
  local server = rig:connect()
  t.equal(server.nonblocking, true)
  t.equal(server.options["tcp-nodelay"], true)
  rig:frames(10)
  t.equal(server.outgoing, "", "before the greeting")
end)

t.case("T5: a listening socket that fails is opened again", function()
  local rig = fakes.rig("hook")
  rig:frames(1)
  local broken = rig.listener
  broken.failure = "too many open files"
  rig:frames(10, 0.1)
  t.equal(broken.closed, true)
  t.contains(rig:last_log(), "too many open files")
  rig:frames(60, 0.1)
  t.equal(rig:answer_to_nonsense(), "not understood: 5")
end)

t.case("T6: the greeting is answered with hello and the aircraft", function()
  local folder = "C:\\Users\\Jörg\\DCS\\"
  local rig = fakes.rig("hook", { write_dir = folder })
  local server = rig:connect()
  t.equal(rig:say(server, GREETING), {
    { hello = "hook", link = 1, marks = 1, tells_cold = 1, version = "0.1.0", write_dir = folder },
    { aircraft = "A-4E-C" },
  })
  t.equal(rig:last_log(), "hook: linked to 127.0.0.1:50000")
end)

t.case("T6: another version is answered and logged with what to do", function()
  for _, greeting in ipairs({ "0 1 0 2 0\n", "0 2 0 1 0\n" }) do
    local rig = fakes.rig("export")
    local server = rig:connect()
    t.equal(rig:say(server, greeting)[1].hello, "export")
    t.contains(rig:last_log(), "dcs-master install")
  end
end)

t.case("T7: a greeting may come in pieces of any size", function()
  local rig = fakes.rig("hook")
  local server = rig:connect()
  for i = 1, #GREETING - 1 do
    t.equal(rig:say(server, GREETING:sub(i, i)), {})
  end
  t.equal(rig:say(server, "\n")[1].hello, "hook")
end)

t.case("T8: a connection whose first line is not a greeting is closed without an answer", function()
  local wrong = {
    "GET / HTTP/1.1\r\nHost: localhost:4243\r\n\r\n",
    "\n",
    "0\n",
    "0 1 0 1 0\r\n",
    "1 12 3001 1 1\n" .. GREETING,
    string.rep("x", 300),
  }
  for _, text in ipairs(wrong) do
    local rig = fakes.rig("hook")
    local server = rig:connect()
    server.incoming = text
    rig:frames(1)
    t.equal(server.closed, true, text)
    t.equal(server.outgoing, "", text)
    t.equal(rig.sim.acted, {}, text)
    t.equal(rig:answer_to_nonsense(), "not understood: 5")
  end
end)

t.case("T9: a connection without a greeting is closed after three seconds of frames", function()
  local rig = fakes.rig("hook")
  local server = rig:connect()
  rig:frames(20, 0.1)
  t.equal(server.closed, nil)
  rig:frames(12, 0.1)
  t.equal(server.closed, true)
  t.equal(rig:answer_to_nonsense(), "not understood: 5")
end)

t.case("T10: a connection that ends before its greeting is closed", function()
  local rig = fakes.rig("hook")
  local server = rig:connect()
  server.failure = "closed"
  rig:frames(1)
  t.equal(server.closed, true)
  server.failure = nil
  t.equal(rig:answer_to_nonsense(), "not understood: 5")
end)

t.case("T11: the first connection that greets is linked, even if others are silent", function()
  local rig = fakes.rig("hook")
  local silent = rig:connect()
  local server = fakes.socket()
  server.incoming = GREETING
  rig.queue[1] = server
  local frames = 0
  while not silent.closed and frames < 100 do
    rig:frames(1)
    frames = frames + 1
  end
  t.equal(frames <= 16, true, frames .. " frames")
  rig:frames(1)
  t.equal(server:received()[1].hello, "hook")
  t.equal(silent.outgoing, "")
end)

t.case("T11: a hundred connections a second do not keep the server out", function()
  local QUEUE_MAX = 8 -- of the system, which turns away what does not fit
  for _, fps in ipairs({ 28, 60, 144 }) do
    local rig = fakes.rig("hook")
    rig:frames(2)
    local server, owed, attempts = nil, 0, 0
    for frame = 1, 5 * fps do
      owed = owed + 100 / fps
      while owed >= 1 do
        owed = owed - 1
        if #rig.queue < QUEUE_MAX then
          rig.queue[#rig.queue + 1] = fakes.socket()
        end
      end
      if frame % fps == 0 and not server then
        attempts = attempts + 1
        if #rig.queue < QUEUE_MAX then
          server = fakes.socket()
          server.incoming = GREETING
          rig.queue[#rig.queue + 1] = server
        end
      end
      rig:frames(1, 1 / fps)
    end
    t.equal(attempts, 1, "attempts of the server at " .. fps .. " frames a second")
    t.equal(server:received()[1].hello, "hook")
  end
end)

t.case("T11: a connection that greets late is linked although others came after it", function()
  local rig = fakes.rig("hook")
  local server = rig:connect()
  for _ = 1, 20 do
    rig.queue[#rig.queue + 1] = fakes.socket()
    rig:frames(3)
  end
  t.equal(rig:say(server, GREETING)[1].hello, "hook")
end)

t.case("T11: no more than 32 wait, and 8 are accepted in a frame", function()
  local rig = fakes.rig("hook")
  rig:frames(1)
  local silent = {}
  for i = 1, 50 do
    silent[i] = fakes.socket()
    rig.queue[i] = silent[i]
  end
  rig:frames(1, 0.3)
  t.equal(#rig.queue, 42)
  rig:frames(10)
  local open = 0
  for i = 1, 50 do
    open = open + (silent[i].closed and 0 or 1)
    t.equal(silent[i].closed or false, i <= 18, "the oldest give way")
  end
  t.equal(open, 32)
  rig:frames(40, 0.1)
  t.equal(silent[50].closed, true, "no greeting for three seconds")
end)

t.case("T11: endless silent connections do not keep the server out", function()
  local rig = fakes.rig("hook")
  rig:frames(1)
  local silent = {}
  local function press()
    silent[#silent + 1] = fakes.socket()
    rig.queue[#rig.queue + 1] = silent[#silent]
  end
  for _ = 1, 7 do
    press()
  end
  local server = fakes.socket()
  server.incoming = GREETING
  rig.queue[#rig.queue + 1] = server
  for _ = 1, 5 do
    rig:frames(30)
    press()
  end
  t.equal(server:received()[1].hello, "hook")
  rig:frames(60 * 6)
  t.equal(server.closed, nil)
  for i = 1, 7 do
    t.equal(silent[i].closed, true, "connection " .. i)
  end
end)

t.case("T12: lines are carried out, and those not understood are answered", function()
  local rig = fakes.rig("hook")
  local server = rig:link()
  for _, line in ipairs({ "", "7", "hello", "0 1 0 1 0", "2", "2 x 1", "1 2 3", "2 1 1e3" }) do
    local answer = rig:say(server, line .. "\n")
    t.equal(#answer, 1, line)
    t.contains(answer[1].error, line)
  end
  t.equal(rig:say(server, "0\n"), {})
  t.equal(server.closed, nil)
end)

t.case("T13: the answers are the same however the input is split", function()
  local text = "2 540 10\n0\n1 12 3001 0.5 7\n1 99 1 1 8\nfoo\n3 1 1 1\n0\n4 9\n"
  local function answers(chunk)
    local rig = fakes.rig("hook")
    rig.sim.values[540] = 0.25
    local server = rig:link()
    for from = 1, #text, chunk do
      server.incoming = server.incoming .. text:sub(from, from + chunk - 1)
      rig:frames(1, 0.001)
    end
    local lines = {}
    for _, line in ipairs(server:received()) do
      lines[#lines + 1] = line.error or "540=" .. tostring(line.args["540"])
    end
    table.sort(lines)
    return { lines, rig.sim.acted }
  end
  local whole = answers(#text)
  t.equal(#whole[1], 5)
  for chunk = 1, #text do
    t.equal(answers(chunk), whole, "chunks of " .. chunk)
  end
end)

t.case("T13: input longer than one read is taken frame by frame", function()
  local rig = fakes.rig("hook")
  local server = rig:link()
  local lines = {}
  for i = 1, 2000 do
    lines[i] = "9 " .. i .. "\n"
  end
  local answer = rig:say(server, table.concat(lines), 12)
  t.equal(#answer, 2000)
  t.equal(answer[2000].error, "not understood: 9 2000")
end)

t.case("T14: a line of more than 256 bytes closes the link, one of 256 does not", function()
  local rig = fakes.rig("hook")
  local server = rig:link()
  t.equal(#rig:say(server, string.rep("9", 256) .. "\n"), 1)
  server.incoming = string.rep("9", 257)
  rig:frames(1)
  t.equal(server.closed, true)
  t.contains(rig:last_log(), "more than 256 bytes")
  server = rig:link()
  server.incoming = string.rep("9", 257) .. "\n"
  rig:frames(1)
  t.equal(server.closed, true)
end)

t.case("T15: partial sends lose and repeat nothing, and nothing is read meanwhile", function()
  local rig = fakes.rig("hook")
  local server = rig:link()
  server.incoming = "2 540 1000\n2 541 1000\n"
  rig.sim.values = { [540] = 0.5, [541] = -0.25 }
  server.room = 7
  rig:frames(1)
  local reads = rig.sim.reads
  rig.sim.values[540] = 0.75
  repeat
    server.room = 1
    local waiting = server.sends
    rig:frames(1)
    t.equal(server.sends, waiting + 1, "one send a frame")
  until server.outgoing:sub(-1) == "\n"
  t.equal(rig.sim.reads, reads, "reads while bytes wait")
  t.equal(server:received(), { { args = { ["540"] = 0.5, ["541"] = -0.25 } } })
  server.room = math.huge
  rig:frames(1)
  t.equal(server:received(), { { args = { ["540"] = 0.75 } } }, "the newest value")
end)

t.case("T15: the output is complete whatever parts the socket takes", function()
  math.randomseed(7)
  for _ = 1, 20 do
    local rig = fakes.rig("hook")
    local server = rig:link()
    local latest = {}
    server.incoming = "2 1 1000\n2 2 30\n2 3 10\n"
    for frame = 1, 400 do
      server.room = math.random(0, 3) * math.random(0, 20)
      local arg = math.random(1, 3)
      rig.sim.values[arg] = math.random(-64, 64) / 64
      if frame % 50 == 0 then
        server.incoming = server.incoming .. "0\nnonsense\n"
      end
      rig:frames(1)
    end
    server.room = math.huge
    rig:frames(20)
    for _, line in ipairs(server:received()) do
      for arg, value in pairs(line.args or {}) do
        latest[tonumber(arg)] = value
      end
    end
    t.equal(latest, rig.sim.values)
  end
end)

t.case("T16: with a full buffer actions go on and a limited number of answers waits", function()
  local rig = fakes.rig("hook")
  local server = rig:link()
  server.incoming = "2 540 1000\n"
  rig.sim.values[540] = 0.5
  server.room = 0
  rig:frames(1)
  for i = 1, 6000 do
    server.incoming = server.incoming .. "1 99 1 1 " .. i .. "\n1 12 3001 " .. i % 2 .. " 1\n"
    rig:frames(1, 0.001)
  end
  t.equal(#rig.sim.acted > 5990, true, "actions performed")
  server.room = math.huge
  rig:frames(2)
  local heard = server:received()
  t.equal(heard[1].args, { ["540"] = 0.5 })
  t.equal(#heard, 1 + 4096, "answers kept")
  server.failure = "closed"
  rig:frames(1)
  local reason = " answers were dropped because the server does not read"
  t.contains(table.concat(rig.logs, "\n"), reason)
end)
