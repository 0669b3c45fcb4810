--- Tests of the end of a link: the rows from T17 on of the table in `docs/hook.md`.

local t, fakes = ...
local GREETING = fakes.GREETING

t.case("T17: closed, reset and any other error end the link", function()
  for _, reason in ipairs({ "closed", "Connection reset by peer", "" }) do
    local rig = fakes.rig("hook")
    local server = rig:link()
    server.failure = reason
    rig:frames(1)
    t.equal(server.closed, true, reason)
    t.equal(rig:last_log(), "hook: link to 127.0.0.1:50000 ended: " .. reason)
    t.equal(rig:answer_to_nonsense(), "not understood: 5")
  end
end)

t.case("T17: an end that is noticed while sending ends the link too", function()
  local rig = fakes.rig("hook")
  local server = rig:link()
  local receive = server.receive
  server.receive = function(self, count)
    local failure = self.failure
    self.failure = nil
    local a, b, c = receive(self, count)
    self.failure = failure
    return a, b, c
  end
  server.failure = "closed"
  server.incoming = "nonsense\n"
  rig:frames(1)
  t.equal(server.closed, true)
  t.equal(rig:answer_to_nonsense(), "not understood: 5")
end)

t.case("T17: lines that came before the end are still carried out", function()
  local rig = fakes.rig("hook")
  local server = rig:link()
  server.incoming = "1 12 3001 1 1\n1 12 30"
  server.failure = "closed"
  rig:frames(1)
  t.equal(rig.sim.acted, { "3001=1" })
  t.equal(server.closed, true)
end)

t.case("T17: a new link keeps nothing from the previous one", function()
  local rig = fakes.rig("hook")
  local server = rig:link()
  rig.sim.values[540] = 0.5
  server.incoming = "2 540 10\n" .. string.rep("1 12 3001 1 1\n", 9) .. "1 12 "
  server.room = 3
  rig:frames(1)
  server.failure = "closed"
  rig:frames(1)
  rig.sim.acted = {}
  rig.sim.values[540] = 0.75
  server = rig:connect()
  t.equal(#rig:say(server, GREETING, 5), 2, "hello and aircraft only")
  t.equal(rig.sim.acted, {})
end)

t.case("T18: ten seconds of frames without a line end the link", function()
  local rig = fakes.rig("hook")
  local server = rig:link()
  for _ = 1, 8 do
    rig:frames(20, 0.1)
    rig:say(server, "0\n")
  end
  rig:frames(98, 0.1)
  t.equal(server.closed, nil)
  rig:frames(4, 0.1)
  t.equal(server.closed, true)
  t.contains(rig:last_log(), "nothing received from the server for 10 seconds")
  t.equal(rig:answer_to_nonsense(), "not understood: 5")
end)

t.case("T19: time without frames does not count as silence", function()
  local rig = fakes.rig("hook")
  local server = rig:link()
  rig:frames(15, 25)
  t.equal(server.closed, nil, "fifteen gaps of 25 seconds")
  rig:say(server, "2 540 10\n")
  for i, step in ipairs({ -3600, 7200 }) do
    rig.time = rig.time + step
    rig.sim.values[540] = i
    rig:frames(60)
    t.equal(server:received(), { { args = { ["540"] = i } } }, "the clock is set by " .. step)
  end
  t.equal(server.closed, nil)
end)

t.case("T20: a second server is refused with a reason, and the first stays linked", function()
  local rig = fakes.rig("hook")
  local first = rig:link()
  local second = fakes.socket()
  second.incoming = GREETING
  rig.queue[1] = second
  rig:frames(12, 0.1)
  t.equal(second:received(), { { refused = "linked to 127.0.0.1:50000" } })
  t.equal(second.incoming, GREETING, "not closed before the reason could leave")
  rig:frames(12, 0.1)
  t.equal(second.closed, true)
  t.equal(#rig:say(first, "foo\n"), 1)
end)

t.case("T20: a second server that has already left does no harm", function()
  local rig = fakes.rig("hook")
  local first = rig:link()
  local second = fakes.socket()
  second.failure = "closed"
  rig.queue[1] = second
  rig:frames(30, 0.1)
  t.equal(second.closed, true)
  t.equal(#rig:say(first, "foo\n"), 1)
end)

t.case("T20: many others are refused in one poll, and the first stays linked", function()
  local rig = fakes.rig("hook")
  local first = rig:link()
  local others = {}
  for i = 1, 8 do
    others[i] = fakes.socket()
    rig.queue[i] = others[i]
  end
  rig:frames(12, 0.1)
  for i = 1, 8 do
    t.equal(others[i]:received(), { { refused = "linked to 127.0.0.1:50000" } })
  end
  rig:frames(12, 0.1)
  for i = 1, 8 do
    t.equal(others[i].closed, true)
  end
  t.equal(#rig:say(first, "foo\n"), 1)
end)

t.case("T21: an error value that cannot be shown as text ends the link too", function()
  for _, bad in ipairs(fakes.unprintable_errors()) do
    local rig = fakes.rig("hook")
    local server = rig:link()
    server.receive = function()
      error(bad)
    end
    rig:frames(1)
    t.contains(rig.warnings[1], "error in the scripts: (a table that cannot be shown as text)")
    t.equal(server.closed, true)
    server.receive = nil
    t.equal(rig:answer_to_nonsense(), "not understood: 5")
  end
end)

t.case("T21: an error before the greeting closes the connection", function()
  local rig = fakes.rig("hook")
  local server = rig:connect()
  server.receive = function()
    error("surprise")
  end
  rig:frames(1)
  t.equal(server.closed, true)
  t.equal(rig:answer_to_nonsense(), "not understood: 5")
end)

t.case("T21: an error in the scripts ends the link and is logged", function()
  local rig = fakes.rig("hook")
  local server = rig:link()
  server.receive = function()
    error("surprise")
  end
  rig:frames(1)
  t.contains(table.concat(rig.logs, "\n"), "error in the scripts")
  t.equal(server.closed, true)
  server = rig:link()
  server.receive, server.close = nil, nil
  setmetatable(server, nil)
  rig:frames(2)
  t.equal(rig:answer_to_nonsense(), "not understood: 5")
end)

t.case("T22: a mission's end is sent at once, before the frames stop", function()
  local rig = fakes.rig("hook")
  local server = rig:link()
  rig.program.mission_ended()
  t.equal(server:received(), { { aircraft = "null" } })
end)

t.case(
  "T23: the end of the export state closes both sockets, and a new start listens again",
  function()
    local rig = fakes.rig("export")
    local server = rig:link()
    local listener = rig.listener
    rig.program.stop()
    rig.program.stop()
    rig:frames(10)
    t.equal({ server.closed, listener.closed }, { true, true })
    rig.program.start()
    rig:frames(1)
    t.equal(rig.listener ~= listener, true)
    t.equal(rig:answer_to_nonsense(), "not understood: 5")
  end
)

t.case("T24: retired scripts do nothing any more", function()
  local rig = fakes.rig("hook")
  local server = rig:link()
  local logs
  rig.program.retire()
  t.equal({ server.closed, rig.listener.closed }, { true, true })
  logs = #rig.logs
  rig.program.start()
  rig.program.mission_started()
  rig.program.mission_ended()
  rig:frames(100, 0.1)
  t.equal(#rig.logs, logs)
end)

t.case("T26: the listening socket fails while a server is linked", function()
  local rig = fakes.rig("hook")
  local server = rig:link()
  rig.listener.failure = "bad file descriptor"
  rig:frames(12, 0.1)
  t.equal(rig.listener.closed, true)
  t.equal(#rig:say(server, "foo\n"), 1)
  rig:frames(60, 0.1)
  t.equal(rig.listener.closed, nil, "opened again")
end)

t.case("the cost of the frames is reported every five seconds", function()
  local rig = fakes.rig("hook")
  local server = rig:link()
  rig.sim.values[1] = 0 / 0
  server.incoming = "2 1 1000\n"
  rig:frames(52, 0.1)
  server:received()
  local stats = server.stats[1].stats
  t.equal(stats.seconds >= 5 and stats.seconds < 5.2, true)
  t.equal({ stats.frames >= 49, stats.mean_us, stats.max_us }, { true, 0, 0 })
  t.equal(stats.bad_values >= 48, true, "bad values")
  rig.sim.values[1] = 0
  for _ = 1, 3 do
    rig:say(server, "0\n", 30)
    rig:frames(52, 0.1)
  end
  server:received()
  t.equal(server.stats[#server.stats].stats.bad_values, 0, "the count restarts")
end)
