--- Tests of the hook state: actions, with a sim that fails in many ways.

local t, fakes = ...

t.case("actions: are performed in order, one per device and command in a frame", function()
  local rig, server, sim = fakes.linked("hook")
  server.incoming = "1 12 3001 1 1\n1 12 3002 0.5 2\n1 12 3001 0 3\n1 12 3003 -1 4\n"
  rig:frames(1)
  t.equal(sim.acted, { "3001=1", "3002=0.5" })
  rig:frames(1)
  t.equal(sim.acted, { "3001=1", "3002=0.5", "3001=0", "3003=-1" })
end)

t.case("actions: a mark is answered in the frame that performs the actions before it", function()
  local rig, server, sim = fakes.linked("hook")
  server.incoming = "1 12 3001 1 1\n5 7\n"
  rig:frames(1)
  t.equal(sim.acted, { "3001=1" })
  t.equal(server:received(), { { reached = 7 } })
  t.equal(rig:say(server, "5 x\n"), { { error = "not a mark: 5 x" } })
  server.incoming = "1 12 3001 1 1\n1 12 3001 0 1\n5 8\n5 9\n1 12 3001 1 1\n"
  rig:frames(1)
  t.equal(server:received(), {})
  rig:frames(1)
  t.equal(sim.acted, { "3001=1", "3001=1", "3001=0" })
  t.equal(server:received(), { { reached = 8 }, { reached = 9 } })
end)

t.case("actions: none is lost or reordered, however they arrive", function()
  math.randomseed(5)
  local rig, server, sim = fakes.linked("hook")
  local expected = {}
  for i = 1, 3000 do
    local command = math.random(3001, 3004)
    expected[i] = command .. "=" .. i
    server.incoming = server.incoming .. "1 12 " .. command .. " " .. i .. " 1\n"
    if math.random(3) == 1 then
      rig:frames(1, 0.001)
    end
  end
  rig:frames(4000, 0.001)
  t.equal(sim.acted, expected)
end)

t.case(
  "actions: of a flood 256 are performed per frame, 4096 wait, more are refused with their tickets",
  function()
    local rig = fakes.rig("hook", { config = { max_frame_ms = 100 } })
    local server, sim = rig:link(), rig.sim
    local lines = {}
    for i = 1, 300 do
      lines[i] = "1 12 " .. i .. " 1 1\n"
    end
    rig:say(server, table.concat(lines))
    t.equal(#sim.acted, 256)
    rig:frames(1)
    t.equal(#sim.acted, 300)
    for i = 1, 5000 do
      lines[i] = "1 12 1 1 " .. i .. "\n"
    end
    local refused = rig:say(server, table.concat(lines), 20)
    t.equal(refused[1].error, "4096 actions are waiting already")
    rig:frames(5000, 0.001)
    t.equal(#refused + #sim.acted - 300, 5000)
  end
)

t.case("actions: an error about a missing device has the ticket", function()
  local rig, server, sim = fakes.linked("hook")
  t.equal(rig:say(server, "1 99 3001 1 9007199254740991\n"), {
    { error = "no device 99", ticket = 9007199254740991 },
  })
  for _, device in ipairs({ 5, "x", {}, true }) do
    sim.devices[99] = device
    t.equal(rig:say(server, "1 99 3001 1 8\n"), { { error = "no device 99", ticket = 8 } })
  end
end)

t.case("actions: one that raises an error is answered, and the next is performed", function()
  local rig, server, sim = fakes.linked("hook")
  sim.broken.performClickableAction = true
  t.equal(rig:say(server, "1 12 3001 1 4\n"), {
    { error = "device 12 command 3001: performClickableAction is broken", ticket = 4 },
  })
  sim.broken = { GetDevice = true }
  t.equal(rig:say(server, "1 12 3001 1 5\n"), {
    { error = "device 12: GetDevice is broken", ticket = 5 },
  })
  sim.broken = {}
  t.equal(rig:say(server, "1 12 3001 1 6\n"), {})
  t.equal(sim.acted, { "3001=1" })
end)

t.case("actions: any error value becomes one short line", function()
  local rig, server, sim = fakes.linked("hook")
  for _, name in ipairs({ "performClickableAction", "GetDevice" }) do
    for _, bad in ipairs(fakes.unprintable_errors()) do
      sim.broken = { [name] = bad }
      local answer = rig:say(server, "1 12 3001 1 4\n")[1]
      t.equal(answer.ticket, 4)
      t.contains(answer.error, ": (a table that cannot be shown as text)")
    end
    sim.broken = { [name] = string.rep("a\nb\1", 100000) }
    local answer = rig:say(server, "1 12 3001 1 4\n")[1]
    t.equal(#answer.error < 400, true, #answer.error .. " bytes")
    t.contains(answer.error, "a\\nb\\1a\\nb")
  end
  t.equal(server.closed, nil)
end)

t.case("actions: without an aircraft no device is touched", function()
  local rig, server, sim = fakes.linked("hook")
  sim.name = nil
  rig:frames(30)
  server:received()
  sim.broken.GetDevice = true
  t.equal(rig:say(server, "1 12 3001 1 4\n"), {
    { error = "no aircraft is controlled", ticket = 4 },
  })
end)

t.case("actions: numbers beyond the sim's integers are refused", function()
  local rig, server, sim = fakes.linked("hook")
  for _, line in ipairs({ "1 99999999999 1 1 1", "1 12 99999999999 1 1", "1 12 1 1.2.3 1" }) do
    t.equal(rig:say(server, line .. "\n"), { { error = "not an action: " .. line, ticket = 1 } })
  end
  t.equal(sim.acted, {})
end)

t.case("the hook state refuses requests for indicators and names the other state", function()
  local rig, server = fakes.linked("hook")
  local reason = "the hook state has no indicators: send this to the export state"
  t.equal(rig:say(server, "3 6 10 1\n4 77\n4 78 6\n"), {
    { error = reason },
    { error = reason, ticket = 77 },
    { error = reason, ticket = 78 },
  })
end)
