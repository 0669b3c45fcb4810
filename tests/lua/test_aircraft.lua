--- Tests of the hook state: the aircraft, and whether it is cold, with a sim that fails.

local t, fakes = ...

local NAN, INF = 0 / 0, math.huge

t.case("aircraft: a change is sent, with the args of the new aircraft", function()
  local rig, server, sim = fakes.linked("hook")
  sim.values[540] = 0.5
  t.equal(rig:say(server, "2 540 10\n"), { { args = { ["540"] = 0.5 } } })
  sim.name = "UH-60L"
  rig:frames(30)
  t.equal(server:received(), { { aircraft = "UH-60L" }, { args = { ["540"] = 0.5 } } })
end)

t.case("aircraft: having none is sent once, and nothing is read then", function()
  local rig, server, sim = fakes.linked("hook")
  sim.name = nil
  rig:frames(30)
  t.equal(server:received(), { { aircraft = "null" } })
  local reads = sim.reads
  t.equal(rig:say(server, "2 540 10\n", 60), {})
  t.equal(sim.reads, reads)
end)

t.case("aircraft: the unit type is used where the export of the own ship is forbidden", function()
  local rig, server, sim = fakes.linked("hook")
  sim.name, sim.type_name = nil, "FA-18C_hornet"
  rig:frames(30)
  t.equal(server:received(), { { aircraft = "FA-18C_hornet" } })
  sim.broken.LoGetSelfData = true
  rig:frames(30)
  t.equal(server:received(), {})
end)

t.case("aircraft: only a text counts as a name, whatever LoGetSelfData returns", function()
  local rig, server, sim = fakes.linked("hook")
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
  local rig, server, sim = fakes.linked("hook")
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
  local rig, server, sim = fakes.linked("hook")
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
  local rig, server, sim = fakes.linked("hook")
  sim.values[1] = 0.5
  rig:say(server, "2 1 10\n")
  rig.program.mission_started()
  rig:frames(2)
  t.equal(server:received(), { { aircraft = "A-4E-C" }, { args = { ["1"] = 0.5 } } })
end)

t.case(
  "aircraft: a mission's end, the loading and the next start send one null and one name",
  function()
    local rig, server = fakes.linked("hook")
    rig.program.mission_ended()
    rig:frames(20)
    rig.program.mission_ended()
    rig:frames(1, 25)
    rig.program.mission_started()
    rig:frames(20)
    t.equal(server:received(), { { aircraft = "null" }, { aircraft = "A-4E-C" } })
  end
)

t.case("aircraft: a mission without an aircraft sends no second null", function()
  local rig, server, sim = fakes.linked("hook")
  rig.program.mission_ended()
  sim.name = nil
  rig.program.mission_started()
  rig:frames(90)
  t.equal(server:received(), { { aircraft = "null" } })
end)

t.case("aircraft: for a second after a mission's end the sim's answer is ignored", function()
  local rig, server = fakes.linked("hook")
  rig.program.mission_ended()
  rig:frames(50)
  t.equal(server:received(), { { aircraft = "null" } })
  rig:frames(30)
  t.equal(server:received(), { { aircraft = "A-4E-C" } }, "a sim that calls no start")
end)

t.case("aircraft: after a full buffer only the latest aircraft is sent", function()
  local rig, server, sim = fakes.linked("hook")
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

-- Cold -------------------------------------------------------------------------

--- Asks whether the aircraft is cold: true, false or "null".
local function cold(rig, server)
  local answers = rig:say(server, "6 7\n")
  t.equal(#answers, 1)
  t.equal(answers[1].ticket, 7)
  return answers[1].cold
end

t.case("cold: an aircraft on the ground with its engines off is cold", function()
  local rig, server, sim = fakes.linked("hook")
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
  local rig, server, sim = fakes.linked("hook")
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
  local rig, server, sim = fakes.linked("hook")
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
  local rig, _, sim = fakes.linked("hook")
  local reads = sim.reads
  rig:frames(600)
  t.equal(sim.reads, reads)
end)

t.case("cold: a lost link does not start a new flight", function()
  local rig, server, sim = fakes.linked("hook")
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
