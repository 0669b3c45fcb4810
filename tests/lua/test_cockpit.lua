--- Tests of the hook state: aircraft, args, actions, with a sim that fails in many ways.

local t, fakes = ...

local function linked()
  local rig = fakes.rig("hook")
  return rig, rig:link(), rig.sim
end

local NAN, INF = 0 / 0, math.huge

-- Aircraft ---------------------------------------------------------------------

t.case("aircraft: a change is sent, with the args of the new aircraft", function()
  local rig, server, sim = linked()
  sim.values[540] = 0.5
  t.equal(rig:say(server, "2 540 10\n"), { { args = { ["540"] = 0.5 } } })
  sim.name = "UH-60L"
  rig:frames(30)
  t.equal(server:received(), { { aircraft = "UH-60L" }, { args = { ["540"] = 0.5 } } })
end)

t.case("aircraft: having none is sent once, and nothing is read then", function()
  local rig, server, sim = linked()
  sim.name = nil
  rig:frames(30)
  t.equal(server:received(), { { aircraft = "null" } })
  local reads = sim.reads
  t.equal(rig:say(server, "2 540 10\n", 60), {})
  t.equal(sim.reads, reads)
end)

t.case("aircraft: the unit type is used where the export of the own ship is forbidden", function()
  local rig, server, sim = linked()
  sim.name, sim.type_name = nil, "FA-18C_hornet"
  rig:frames(30)
  t.equal(server:received(), { { aircraft = "FA-18C_hornet" } })
  sim.broken.LoGetSelfData = true
  rig:frames(30)
  t.equal(server:received(), {})
end)

t.case("aircraft: only a text counts as a name, whatever LoGetSelfData returns", function()
  local rig, server, sim = linked()
  sim.broken.getPlayerUnitType = true
  for _, data in ipairs({ {}, { Name = "" }, { Name = 5 }, "A-4E-C", 7, { Name = {} } }) do
    sim.self_data = data
    rig:frames(30)
    t.equal(server:received(), { { aircraft = "null" } }, tostring(data))
    sim.self_data = { Name = "F-5" }
    rig:frames(30)
    t.equal(server:received(), { { aircraft = "F-5" } })
  end
end)

t.case("aircraft: data that raises an error when it is read counts as no aircraft", function()
  local rig, server, sim = linked()
  sim.self_data = setmetatable({}, {
    __index = function()
      error("strict")
    end,
  })
  rig:frames(30)
  t.equal(server:received(), { { aircraft = "null" } })
  t.equal(rig.warnings, {})
end)

t.case("aircraft: only a text counts as a name, whatever the unit type is", function()
  local rig, server, sim = linked()
  sim.name = nil
  rig:frames(30)
  server:received()
  for _, odd in ipairs({ "", 5, {}, true }) do
    sim.type_name = odd
    rig:frames(30)
    t.equal(server:received(), {}, tostring(odd))
  end
end)

t.case("aircraft: the same type is sent again in a new mission", function()
  local rig, server, sim = linked()
  sim.values[1] = 0.5
  rig:say(server, "2 1 10\n")
  rig.program.mission_started()
  rig:frames(2)
  t.equal(server:received(), { { aircraft = "A-4E-C" }, { args = { ["1"] = 0.5 } } })
end)

t.case("aircraft: a mission's end, the loading and the next start send one null and one name", function()
  local rig, server = linked()
  rig.program.mission_ended()
  rig:frames(20)
  rig.program.mission_ended()
  rig:frames(1, 25)
  rig.program.mission_started()
  rig:frames(20)
  t.equal(server:received(), { { aircraft = "null" }, { aircraft = "A-4E-C" } })
end)

t.case("aircraft: a mission without an aircraft sends no second null", function()
  local rig, server, sim = linked()
  rig.program.mission_ended()
  sim.name = nil
  rig.program.mission_started()
  rig:frames(90)
  t.equal(server:received(), { { aircraft = "null" } })
end)

t.case("aircraft: for a second after a mission's end the sim's answer is ignored", function()
  local rig, server = linked()
  rig.program.mission_ended()
  rig:frames(50)
  t.equal(server:received(), { { aircraft = "null" } })
  rig:frames(30)
  t.equal(server:received(), { { aircraft = "A-4E-C" } }, "a sim that calls no start")
end)

t.case("aircraft: after a full buffer only the latest aircraft is sent", function()
  local rig, server, sim = linked()
  server.room = 2
  rig:say(server, "foo\n")
  for _, name in ipairs({ "B", "C", "D" }) do
    sim.name = name
    rig:frames(30)
  end
  server.room = math.huge
  rig:frames(3)
  t.equal(server:received()[2], { aircraft = "D" })
end)

-- Args -------------------------------------------------------------------------

t.case("args: only changed values are sent, those of a frame in one line with one call", function()
  local rig, server, sim = linked()
  sim.values = { [1] = 0, [2] = 1, [3] = -1 }
  t.equal(rig:say(server, "2 1 1000\n2 2 1000\n2 3 500\n"), {
    { args = { ["1"] = 0, ["2"] = 1, ["3"] = -1 } },
  })
  local sends = server.sends
  rig:frames(10)
  t.equal(server.sends, sends, "sends without a change")
  sim.values[3], sim.values[1] = 0.5, 0.25
  rig:frames(1)
  t.equal(server:received(), { { args = { ["1"] = 0.25, ["3"] = 0.5 } } })
  t.equal(server.sends, sends + 1)
end)

t.case("args: nine digits are exact for single precision", function()
  local rig, server, sim = linked()
  local single = { 0.1000000014901161, -0.3333333432674408, 1.401298464e-45, -950257.5, 16777215 }
  for i, value in ipairs(single) do
    sim.values[i] = value
    server.incoming = server.incoming .. "2 " .. i .. " 10\n"
  end
  rig:frames(1)
  for i, value in ipairs(single) do
    local got = string.format("%.9g", value)
    t.contains(server.outgoing, '"' .. i .. '":' .. got)
  end
end)

t.case("args: the rate is kept on average, and gaps are not made up for", function()
  local rig, server, sim = linked()
  local function reads(seconds, fps)
    local before = sim.reads
    rig:frames(seconds * fps, 1 / fps)
    rig:say(server, "0\n", 0)
    return (sim.reads - before) / seconds
  end
  server.incoming = "2 1 10\n"
  rig:frames(1)
  local rate = reads(5, 60)
  t.equal(rate >= 9.6 and rate <= 10.4, true, "at 60 frames a second " .. rate)
  rate = reads(5, 11)
  t.equal(rate >= 9.6 and rate <= 10.4, true, "at 11 frames a second " .. rate)
  rate = reads(5, 144)
  t.equal(rate >= 9.6 and rate <= 10.4, true, "at 144 frames a second " .. rate)
  rate = reads(5, 7)
  t.equal(rate >= 6.8 and rate <= 7.2, true, "at 7 frames a second " .. rate)
  rig:frames(1, 20)
  local before = sim.reads
  rig:frames(6)
  t.equal(sim.reads - before <= 2, true, "after a gap")
end)

t.case("args: at the frames' own rate no reading is skipped, even with jitter", function()
  math.randomseed(3)
  local rig, server, sim = linked()
  rig:say(server, "2 1 60\n")
  local began, before = rig.time, sim.reads
  for frame = 1, 300 do
    rig:frames(1, began + (frame + (math.random() - 0.5) / 10) / 60 - rig.time)
  end
  t.equal(sim.reads - before, 300)
end)

t.case("args: many new watches do not delay the others", function()
  local rig, server, sim = linked()
  sim.values[1] = 0.5
  rig:say(server, "2 1 1\n")
  for i = 2, 60 do
    rig:say(server, "2 " .. i .. " 1\n")
  end
  sim.values[1] = 0.75
  rig:frames(70)
  t.equal(server:received(), { { args = { ["1"] = 0.75 } } })
end)

t.case("args: a repeated watch sends the current value again and sets the new rate", function()
  local rig, server, sim = linked()
  sim.values[1] = 0.5
  local present = { { args = { ["1"] = 0.5 } } }
  t.equal(rig:say(server, "2 1 10\n"), present)
  t.equal(rig:say(server, "2 1 10\n"), present)
  t.equal(rig:say(server, "2 1 1000\n"), present)
  sim.values[1] = 0.75
  rig:frames(1)
  t.equal(server:received(), { { args = { ["1"] = 0.75 } } })
end)

t.case("args: rate 0 ends the watch of that arg and of no other", function()
  local rig, server, sim = linked()
  sim.values = { [1] = 1, [2] = 2, [3] = 3 }
  rig:say(server, "2 1 1000\n2 2 1000\n2 3 1000\n2 2 0\n2 7 0\n")
  sim.values = { [1] = 4, [2] = 5, [3] = 6 }
  rig:frames(1)
  t.equal(server:received(), { { args = { ["1"] = 4, ["3"] = 6 } } })
  rig:say(server, "2 1 0\n2 3 0\n")
  local reads = sim.reads
  rig:frames(60)
  t.equal(sim.reads, reads)
end)

t.case("args: random watches read the same args as a simple list", function()
  math.randomseed(11)
  local rig, server, sim = linked()
  local model, got = {}, {}
  for _ = 1, 600 do
    local arg, rate = math.random(1, 12), math.random(0, 3) * 500
    model[arg] = rate > 0 or nil
    sim.values[math.random(1, 12)] = math.random(1, 1000)
    for _, line in ipairs(rig:say(server, "2 " .. arg .. " " .. rate .. "\n")) do
      for number, value in pairs(line.args or {}) do
        t.equal(model[tonumber(number)], true, "arg " .. number)
        got[tonumber(number)] = value
      end
    end
    for number in pairs(model) do
      t.equal(got[number], sim.values[number], "arg " .. number)
    end
  end
end)

t.case("args: values that are not finite numbers are counted and left out, the rest is sent", function()
  for _, bad in ipairs({ NAN, INF, -INF, "0.5", {}, true, "nil" }) do
    local rig, server, sim = linked()
    sim.values = { [1] = 0.5, [2] = bad ~= "nil" and bad or nil, [3] = 0.25 }
    local line = rig:say(server, "2 1 1000\n2 2 1000\n2 3 1000\n")
    t.equal(line, { { args = { ["1"] = 0.5, ["3"] = 0.25 } } }, tostring(bad))
    sim.values[2] = 0
    rig:frames(1)
    t.equal(server:received(), { { args = { ["2"] = 0 } } }, "good again")
  end
end)

t.case("args: an arg that raises an error is counted, and the others are read in the same frame", function()
  local rig, server, sim = linked()
  sim.values = { [1] = 0.5, [2] = 0.5, [3] = 0.25 }
  sim.broken[2] = true
  t.equal(rig:say(server, "2 1 1000\n2 2 1000\n2 3 1000\n"), {
    { args = { ["1"] = 0.5, ["3"] = 0.25 } },
  })
  sim.broken = {}
  rig:frames(1)
  t.equal(server:received(), { { args = { ["2"] = 0.5 } } })
  sim.panel.get_argument_value = function()
    error(7, 0)
  end
  rig:frames(1)
  t.equal(server:received(), {}, "a number that is raised is no value")
end)

t.case("args: reading resumes when a panel that was nil, odd or broken works again", function()
  local rig, server, sim = linked()
  sim.values[1] = 0.5
  local panels = { 5, "panel", {}, { get_argument_value = 5 }, false }
  for _, panel in ipairs(panels) do
    sim.devices[0] = panel or nil
    t.equal(rig:say(server, "2 1 1000\n", 10), {}, tostring(panel))
  end
  sim.devices[0] = sim.panel
  for _, name in ipairs({ "GetDevice", "update_arguments", "get_argument_value" }) do
    sim.broken = { [name] = true }
    t.equal(rig:say(server, "2 1 1000\n", 10), {}, name)
  end
  sim.broken = {}
  rig:frames(1)
  t.equal(server:received(), { { args = { ["1"] = 0.5 } } })
  t.equal(server.closed, nil)
end)

t.case("args: no more than 16384 are watched", function()
  local rig, server = linked()
  local lines = {}
  for i = 1, 16385 do
    lines[i] = "2 " .. i .. " 10\n"
  end
  local errors = {}
  for _, line in ipairs(rig:say(server, table.concat(lines), 60)) do
    errors[#errors + 1] = line.error
  end
  t.equal(errors, { "arg 16385 not watched: 16384 args are watched already" })
end)

-- Actions ----------------------------------------------------------------------

t.case("actions: are performed in order, one per device and command in a frame", function()
  local rig, server, sim = linked()
  server.incoming = "1 12 3001 1 1\n1 12 3002 0.5 2\n1 12 3001 0 3\n1 12 3003 -1 4\n"
  rig:frames(1)
  t.equal(sim.acted, { "3001=1", "3002=0.5" })
  rig:frames(1)
  t.equal(sim.acted, { "3001=1", "3002=0.5", "3001=0", "3003=-1" })
end)

t.case("actions: a mark is answered in the frame that performs the actions before it", function()
  local rig, server, sim = linked()
  server.incoming = "1 12 3001 1 1\n5 7\n"
  rig:frames(1)
  t.equal(sim.acted, { "3001=1" })
  t.equal(server:received(), { { reached = 7 } })
  t.equal(rig:say(server, "5 x\n"), { { error = "not a mark: 5 x" } })
end)

t.case("actions: none is lost or reordered, however they arrive", function()
  math.randomseed(5)
  local rig, server, sim = linked()
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

t.case("actions: of a flood 256 are performed per frame, 4096 wait, more are refused with their tickets", function()
  local rig, server, sim = linked()
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
end)

t.case("actions: an error about a missing device has the ticket", function()
  local rig, server, sim = linked()
  t.equal(rig:say(server, "1 99 3001 1 9007199254740991\n"), {
    { error = "no device 99", ticket = 9007199254740991 },
  })
  for _, device in ipairs({ 5, "x", {}, true }) do
    sim.devices[99] = device
    t.equal(rig:say(server, "1 99 3001 1 8\n"), { { error = "no device 99", ticket = 8 } })
  end
end)

t.case("actions: one that raises an error is answered, and the next is performed", function()
  local rig, server, sim = linked()
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
  local rig, server, sim = linked()
  for _, name in ipairs({ "performClickableAction", "GetDevice" }) do
    for _, tell in ipairs({
      false,
      function() end,
      function()
        return {}
      end,
    }) do
      sim.broken = { [name] = fakes.unprintable_error(tell or nil) }
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
  local rig, server, sim = linked()
  sim.name = nil
  rig:frames(30)
  server:received()
  sim.broken.GetDevice = true
  t.equal(rig:say(server, "1 12 3001 1 4\n"), {
    { error = "no aircraft is controlled", ticket = 4 },
  })
end)

t.case("actions: numbers beyond the sim's integers are refused", function()
  local rig, server, sim = linked()
  for _, line in ipairs({ "1 99999999999 1 1 1", "1 12 99999999999 1 1", "1 12 1 1.2.3 1" }) do
    t.equal(rig:say(server, line .. "\n"), { { error = "not an action: " .. line, ticket = 1 } })
  end
  t.equal(sim.acted, {})
end)

t.case("the hook state refuses requests for indicators and names the other state", function()
  local rig, server = linked()
  local reason = "the hook state has no indicators: send this to the export state"
  t.equal(rig:say(server, "3 6 10 1\n4 77\n4 78 6\n"), {
    { error = reason },
    { error = reason, ticket = 77 },
    { error = reason, ticket = 78 },
  })
end)

-- Cold -------------------------------------------------------------------------

--- Asks whether the aircraft is cold: true, false or "null".
local function cold(rig, server)
  local answers = rig:say(server, "6 7\n")
  t.equal(#answers, 1)
  t.equal(answers[1].ticket, 7)
  return answers[1].cold
end

t.case("cold: an aircraft on the ground with its engines off is cold", function()
  local rig, server, sim = linked()
  t.equal(cold(rig, server), true)
  local warm = {
    { "LoGetEngineInfo", { RPM = { left = 0, right = 61.5 } } },
    { "LoGetEngineInfo", { RPM = { left = 0 }, FuelConsumption = { left = 0.1 } } },
    { "LoGetAltitudeAboveGroundLevel", 900 },
    { "LoGetTrueAirSpeed", 150 },
    { "LoGetVerticalVelocity", -12 },
  }
  for _, case in ipairs(warm) do
    local before = sim.figures[case[1]]
    sim.figures[case[1]] = case[2]
    t.equal(cold(rig, server), false, case[1])
    -- One value that contradicts a cold aircraft is enough.
    sim.figures.LoGetVerticalVelocity, sim.broken.LoGetEngineInfo = 9, true
    t.equal(cold(rig, server), false, case[1])
    sim.figures.LoGetVerticalVelocity, sim.broken.LoGetEngineInfo = 0, nil
    sim.figures[case[1]] = before
  end
end)

t.case("cold: data that the sim does not provide makes the answer unknown", function()
  local rig, server, sim = linked()
  local strict = setmetatable({}, {
    __index = function()
      error("strict")
    end,
  })
  local names = {
    "LoGetEngineInfo",
    "LoGetAltitudeAboveGroundLevel",
    "LoGetTrueAirSpeed",
    "LoGetVerticalVelocity",
  }
  for _, name in ipairs(names) do
    local before = sim.figures[name]
    for _, odd in ipairs({ NAN, INF, "12", {}, strict, false }) do
      sim.figures[name] = odd
      t.equal(cold(rig, server), "null", name)
    end
    sim.figures[name] = before
    sim.broken[name] = true
    t.equal(cold(rig, server), "null", name)
    sim.broken[name] = nil
  end
  for _, rpm in ipairs({ {}, { left = "0" }, { left = NAN }, 5, strict }) do
    sim.figures.LoGetEngineInfo = { RPM = rpm }
    t.equal(cold(rig, server), "null")
  end
  t.equal(rig.warnings, {})
end)

t.case("cold: the answer is unknown on a multiplayer server that forbids the export", function()
  local rig, server, sim = linked()
  sim.figures.LoIsOwnshipExportAllowed = false
  t.equal(cold(rig, server), "null")
  -- A sim without the function allows it.
  sim.broken.LoIsOwnshipExportAllowed = true
  t.equal(cold(rig, server), true)
  sim.name = nil
  rig:frames(30)
  server:received()
  t.equal(rig:say(server, "6 8\n"), { { cold = "null", since = "null", ticket = 8 } })
  t.equal(rig:say(server, "6 x\n")[1].error, "not a question: 6 x")
end)

t.case("cold: nothing is read unless a server asks", function()
  local rig, _, sim = linked()
  local reads = sim.reads
  rig:frames(600)
  t.equal(sim.reads, reads)
end)

t.case("cold: a lost link does not start a new flight", function()
  local rig, server, sim = linked()
  local function since()
    return rig:say(server, "6 7\n")[1].since
  end
  local first = since()
  rig:frames(90)
  t.equal(since(), first)
  server.failure = "closed"
  rig:frames(60)
  server = rig:link()
  t.equal(since(), first)
  rig.program.mission_started()
  rig:frames(30)
  server:received()
  local second = since()
  t.equal(second > first, true)
  -- A flight that begins while no server is linked has its own time too.
  server.failure = "closed"
  rig:frames(60)
  rig.program.mission_ended()
  rig.program.mission_started()
  server = rig:link()
  local third = since()
  t.equal(third > second, true)
  sim.name = "F-5"
  rig:frames(30)
  server:received()
  t.equal(since() > third, true)
end)
