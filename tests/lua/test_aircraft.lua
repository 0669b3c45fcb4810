--- The hook state: the aircraft, and whether it is cold, with a sim that fails in every way.

local t, fakes = ...

local NAN, INF = 0 / 0, math.huge

t.case("aircraft: a change is said, with the args of the new one", function()
  local rig, server, sim = fakes.linked("hook")
  sim.values[540] = 0.5
  t.equal(rig:say(server, "2 540 10\n"), { { args = { ["540"] = 0.5 } } })
  sim.name = "UH-60L"
  rig:frames(30)
  t.equal(server:heard(), { { aircraft = "UH-60L" }, { args = { ["540"] = 0.5 } } })
end)

t.case("aircraft: none is said once, and nothing is read then", function()
  local rig, server, sim = fakes.linked("hook")
  sim.name = nil
  rig:frames(30)
  t.equal(server:heard(), { { aircraft = "null" } })
  local reads = sim.reads
  t.equal(rig:say(server, "2 540 10\n", 60), {})
  t.equal(sim.reads, reads)
end)

t.case("aircraft: the unit type tells it where the own ship may not be exported", function()
  local rig, server, sim = fakes.linked("hook")
  sim.name, sim.type_name = nil, "FA-18C_hornet"
  rig:frames(30)
  t.equal(server:heard(), { { aircraft = "FA-18C_hornet" } })
  sim.broken.LoGetSelfData = true
  rig:frames(30)
  t.equal(server:heard(), {})
end)

t.case("aircraft: whatever the sim answers, only a name is one", function()
  local rig, server, sim = fakes.linked("hook")
  sim.broken.getPlayerUnitType = true
  for _, data in ipairs({ {}, { Name = "" }, { Name = 5 }, "A-4E-C", 7, { Name = {} } }) do
    sim.self_data = data
    rig:frames(30)
    t.equal(server:heard(), { { aircraft = "null" } }, tostring(data))
    sim.self_data = { Name = "F-5" }
    rig:frames(30)
    t.equal(server:heard(), { { aircraft = "F-5" } })
  end
end)

t.case("aircraft: a sim whose answer raises when it is looked at names none", function()
  local rig, server, sim = fakes.linked("hook")
  sim.self_data = setmetatable({}, {
    __index = function()
      error("strict")
    end,
  })
  rig:frames(30)
  t.equal(server:heard(), { { aircraft = "null" } })
  t.equal(rig.warnings, {})
end)

t.case("aircraft: whatever the unit type is, only a name is one", function()
  local rig, server, sim = fakes.linked("hook")
  sim.name = nil
  rig:frames(30)
  server:heard()
  for _, odd in ipairs({ "", 5, {}, true }) do
    sim.type_name = odd
    rig:frames(30)
    t.equal(server:heard(), {}, tostring(odd))
  end
end)

t.case("aircraft: the same type is announced anew in a new mission", function()
  local rig, server, sim = fakes.linked("hook")
  sim.values[1] = 0.5
  rig:say(server, "2 1 10\n")
  rig.program.mission_started()
  rig:frames(2)
  t.equal(server:heard(), { { aircraft = "A-4E-C" }, { args = { ["1"] = 0.5 } } })
end)

t.case("aircraft: a mission's end, loading and start make one null and one name", function()
  local rig, server = fakes.linked("hook")
  rig.program.mission_ended()
  rig:frames(20)
  rig.program.mission_ended()
  rig:frames(1, 25)
  rig.program.mission_started()
  rig:frames(20)
  t.equal(server:heard(), { { aircraft = "null" }, { aircraft = "A-4E-C" } })
end)

t.case("aircraft: a mission without one says nothing more", function()
  local rig, server, sim = fakes.linked("hook")
  rig.program.mission_ended()
  sim.name = nil
  rig.program.mission_started()
  rig:frames(90)
  t.equal(server:heard(), { { aircraft = "null" } })
end)

t.case("aircraft: after a mission's end the sim is not believed for a second", function()
  local rig, server = fakes.linked("hook")
  rig.program.mission_ended()
  rig:frames(50)
  t.equal(server:heard(), { { aircraft = "null" } })
  rig:frames(30)
  t.equal(server:heard(), { { aircraft = "A-4E-C" } }, "a sim that calls no start")
end)

t.case("aircraft: a change while bytes wait is said as it is when they have left", function()
  local rig, server, sim = fakes.linked("hook")
  server.room = 2
  rig:say(server, "foo\n")
  for _, name in ipairs({ "B", "C", "D" }) do
    sim.name = name
    rig:frames(30)
  end
  server.room = math.huge
  rig:frames(3)
  t.equal(server:heard()[2], { aircraft = "D" })
end)

-- Cold -------------------------------------------------------------------------

--- Asks whether the aircraft is cold: true, false or "null".
local function cold(rig, server)
  local answers = rig:say(server, "6 7\n")
  t.equal(#answers, 1)
  t.equal(answers[1].ticket, 7)
  return answers[1].cold
end

t.case("cold: on the ground with the engines off", function()
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
    -- One sign that it is not cold is enough.
    sim.figures.LoGetVerticalVelocity, sim.broken.LoGetEngineInfo = 9, true
    t.equal(cold(rig, server), false, case[1])
    sim.figures.LoGetVerticalVelocity, sim.broken.LoGetEngineInfo = 0, nil
    sim.figures[case[1]] = before
  end
end)

t.case("cold: whatever the sim answers, what it does not tell is unknown", function()
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

t.case("cold: a server that forbids the export leaves it unknown", function()
  local rig, server, sim = fakes.linked("hook")
  sim.figures.LoIsOwnshipExportAllowed = false
  t.equal(cold(rig, server), "null")
  -- A sim without the function allows it.
  sim.broken.LoIsOwnshipExportAllowed = true
  t.equal(cold(rig, server), true)
  sim.name = nil
  rig:frames(30)
  server:heard()
  t.equal(rig:say(server, "6 8\n"), { { cold = "null", since = "null", ticket = 8 } })
  t.equal(rig:say(server, "6 x\n")[1].error, "not a question: 6 x")
end)

t.case("cold: nothing is read unless a server asks", function()
  local rig, _, sim = fakes.linked("hook")
  local reads = sim.reads
  rig:frames(600)
  t.equal(sim.reads, reads)
end)

t.case("cold: a lost link does not make the aircraft another one", function()
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
  server:heard()
  local second = since()
  t.equal(second > first, true)
  -- While nobody is linked, too.
  server.failure = "closed"
  rig:frames(60)
  rig.program.mission_ended()
  rig.program.mission_started()
  server = rig:link()
  local third = since()
  t.equal(third > second, true)
  sim.name = "F-5"
  rig:frames(30)
  server:heard()
  t.equal(since() > third, true)
end)
