--- Tests of telemetry, with a sim that fails in many ways.

local t, fakes, root = ...

local LATITUDE, LONGITUDE, ALTITUDE, GROUND_SPEED = "1", "2", "3", "8"
local MACH, PITCH, BANK, HEADING, LEFT_RPM, GEAR = "9", "13", "14", "15", "26", "36"

--- Returns a linked export state whose sim provides some figures.
local function linked()
  local rig, server, sim = fakes.linked("export")
  sim.figures.LoGetSelfData = { LatLongAlt = { Lat = 41.1234567, Long = 141.7654321 }, Heading = 2 }
  sim.figures.LoGetAltitudeAboveSeaLevel = 3048
  sim.figures.LoGetVectorVelocity = { x = 3, y = 99, z = -4 }
  sim.figures.LoGetMechInfo = { gear = { value = 1 } }
  sim.figures.LoGetEngineInfo = { RPM = { left = 92.5 } }
  sim.results = { LoGetADIPitchBankYaw = { 0.25, -0.5, 1.5 } }
  return rig, server, sim
end

local function watch(...)
  local lines = {}
  for _, field in ipairs({ ... }) do
    lines[#lines + 1] = "7 " .. field .. " 30\n"
  end
  return table.concat(lines)
end

t.case("telemetry: the hello has the number of fields", function()
  local rig = fakes.rig("export")
  local server = rig:connect()
  t.equal(rig:say(server, fakes.GREETING, 2)[1].telemetry_fields, 49)
end)

t.case(
  "telemetry: a value is sent at once, then when it changes, all of a frame in a line",
  function()
    local rig, server, sim = linked()
    t.equal(
      rig:say(server, watch(ALTITUDE, LATITUDE)),
      { { telemetry = { [ALTITUDE] = 3048, [LATITUDE] = 41.1234567 } } }
    )
    t.equal(rig:say(server, "0\n", 30), {})
    sim.figures.LoGetAltitudeAboveSeaLevel = 3049.5
    t.equal(rig:say(server, "0\n", 3), { { telemetry = { [ALTITUDE] = 3049.5 } } })
  end
)

t.case("telemetry: paths, several results, and the length of a vector", function()
  local rig, server = linked()
  local heard =
    rig:say(server, watch(PITCH, BANK, GROUND_SPEED, LEFT_RPM, GEAR, HEADING, LONGITUDE))
  t.equal(heard, {
    {
      telemetry = {
        [PITCH] = 0.25,
        [BANK] = -0.5,
        [GROUND_SPEED] = 5,
        [LEFT_RPM] = 92.5,
        [GEAR] = 1,
        [HEADING] = 2,
        [LONGITUDE] = 141.7654321,
      },
    },
  })
end)

t.case("telemetry: a function is called once in a frame, and only while watched", function()
  local rig, server, sim = linked()
  rig:frames(60)
  t.equal(sim.calls, {})
  rig:say(server, watch(LATITUDE, LONGITUDE, HEADING, PITCH, BANK))
  t.equal(sim.calls, { LoGetSelfData = 1, LoGetADIPitchBankYaw = 1 })
  rig:say(server, "7 1 0\n7 2 0\n7 15 0\n7 13 0\n7 14 0\n")
  sim.calls, sim.reads = {}, 0
  rig:frames(60)
  t.equal({ sim.calls, sim.reads }, { {}, 0 })
end)

t.case("telemetry: each field is read at its own rate", function()
  local rig, server, sim = linked()
  rig:say(server, "7 1 10\n7 3 30\n7 13 1000\n")
  sim.calls = {}
  rig:frames(600)
  local calls = sim.calls
  local is_near = function(count, expected)
    return math.abs(count - expected) <= 2
  end
  t.equal(is_near(calls.LoGetSelfData, 100), true, calls.LoGetSelfData)
  t.equal(is_near(calls.LoGetAltitudeAboveSeaLevel, 300), true, calls.LoGetAltitudeAboveSeaLevel)
  t.equal(calls.LoGetADIPitchBankYaw, 600)
end)

t.case("telemetry: what is no number is sent as null, once, until it is a number", function()
  local rig, server, sim = linked()
  local figures = sim.figures
  local odd = {
    false,
    "text",
    { LatLongAlt = 5 },
    { LatLongAlt = { Lat = "north" } },
    { LatLongAlt = { Lat = {} } },
    {},
    5,
    setmetatable({}, {
      __index = function()
        error("no such field")
      end,
    }),
  }
  rig:say(server, watch(LATITUDE))
  for i, value in ipairs(odd) do
    local whole = figures.LoGetSelfData
    figures.LoGetSelfData = value
    t.equal(rig:say(server, "0\n", 9), { { telemetry = { [LATITUDE] = "null" } } }, i)
    figures.LoGetSelfData = whole
    t.equal(rig:say(server, "0\n", 9), { { telemetry = { [LATITUDE] = 41.1234567 } } }, i)
  end
end)

t.case("telemetry: an aircraft that dies, and one that replaces it", function()
  local rig, server, sim = linked()
  local mach = 0.5
  sim.figures.LoGetMachNumber = mach
  rig:say(server, watch(MACH, GEAR))
  local gear = sim.figures.LoGetMechInfo
  sim.figures.LoGetMechInfo, sim.figures.LoGetMachNumber = nil, nil
  t.equal(rig:say(server, "0\n", 3), { { telemetry = { [MACH] = "null", [GEAR] = "null" } } })
  sim.figures.LoGetMechInfo, sim.figures.LoGetMachNumber = gear, 0.25
  t.equal(rig:say(server, "0\n", 3), { { telemetry = { [MACH] = 0.25, [GEAR] = 1 } } })
end)

t.case(
  "telemetry: a function that raises an error, or that the sim lacks, costs its fields",
  function()
    local rig, server, sim = linked()
    sim.figures.LoGetMechInfo = nil
    sim.broken.LoGetSelfData = true
    t.equal(rig:say(server, watch(GEAR, LATITUDE, ALTITUDE)), {
      { telemetry = { [GEAR] = "null", [LATITUDE] = "null", [ALTITUDE] = 3048 } },
    })
    sim.broken = {}
    t.equal(rig:say(server, "0\n", 3), { { telemetry = { [LATITUDE] = 41.1234567 } } })
    sim.broken.find = true
    t.equal(rig:say(server, watch(MACH)), { { telemetry = { [MACH] = "null" } } })
  end
)

t.case("telemetry: every kind of error value", function()
  local rig, server, sim = linked()
  rig:say(server, watch(LATITUDE, ALTITUDE))
  for _, failure in ipairs(fakes.unprintable_errors()) do
    sim.broken.LoGetSelfData = failure
    rig:frames(3)
  end
  sim.figures.LoGetAltitudeAboveSeaLevel = 1
  rig:frames(3)
  t.equal(server:received()[2], { telemetry = { [ALTITUDE] = 1 } })
  t.equal(rig.warnings, {})
end)

t.case("telemetry: values that are not finite are left out and counted", function()
  local rig, server, sim = linked()
  rig:say(server, watch(ALTITUDE))
  for _, value in ipairs({ 0 / 0, math.huge, -math.huge }) do
    sim.figures.LoGetAltitudeAboveSeaLevel = value
    rig:frames(2)
  end
  t.equal(server:received(), {})
  sim.figures.LoGetAltitudeAboveSeaLevel = 7
  t.equal(rig:say(server, "0\n", 3), { { telemetry = { [ALTITUDE] = 7 } } })
  rig:frames(52, 0.1)
  server:received()
  t.equal(server.stats[1].stats.bad_values, 3)
end)

t.case(
  "telemetry: nothing is read where the sim refuses it, and the server is told once",
  function()
    local rig, server, sim = linked()
    sim.figures.LoIsOwnshipExportAllowed = false
    t.equal(rig:say(server, watch(LATITUDE), 60), { { telemetry = "null" } })
    t.equal(rig:say(server, watch(ALTITUDE), 60), { { telemetry = "null" } }, "another field")
    t.equal(sim.calls, {})
    sim.figures.LoIsOwnshipExportAllowed = true
    t.equal(rig:say(server, "0\n", 3), {
      { telemetry = { [LATITUDE] = 41.1234567, [ALTITUDE] = 3048 } },
    })
    sim.figures.LoIsOwnshipExportAllowed = false
    t.equal(rig:say(server, "0\n", 60), { { telemetry = "null" } })
    sim.broken.LoIsOwnshipExportAllowed = true
    t.equal(#rig:say(server, "0\n", 3), 1, "a sim that does not say allows it")
  end
)

t.case("telemetry: a repeated watch sends the value again", function()
  local rig, server = linked()
  rig:say(server, watch(ALTITUDE))
  t.equal(rig:say(server, "7 3 60\n"), { { telemetry = { [ALTITUDE] = 3048 } } })
  t.equal(rig:say(server, "7 3 60\n"), { { telemetry = { [ALTITUDE] = 3048 } } })
end)

t.case("telemetry: wrong lines are answered", function()
  local rig, server = linked()
  t.equal(rig:say(server, "7 50 30\n7 0 30\n"), {
    { error = "no field 50: these scripts know those from 1 to 49" },
    { error = "no field 0: these scripts know those from 1 to 49" },
  })
  for _, line in ipairs({ "7", "7 3", "7 -1 30", "7 3 30 1", "7 3 x", "7 99999 30" }) do
    local heard = rig:say(server, line .. "\n")
    t.equal(#heard, 1, line)
    t.contains(heard[1].error, line)
  end
  local hook, hook_server = fakes.linked("hook")
  t.equal(
    hook:say(hook_server, "7 3 30\n")[1].error,
    "the hook state has no telemetry: send this to the export state"
  )
end)

t.case("telemetry: nothing is read while output waits, then the newest value", function()
  local rig, server, sim = linked()
  server.room = 5
  rig:say(server, watch(ALTITUDE))
  sim.calls = {}
  sim.figures.LoGetAltitudeAboveSeaLevel = 1
  rig:frames(30)
  t.equal(sim.calls, {})
  sim.figures.LoGetAltitudeAboveSeaLevel = 2
  server.room = math.huge
  rig:frames(10)
  local heard = server:received()
  t.equal({ heard[1].telemetry[ALTITUDE], heard[2].telemetry[ALTITUDE], heard[3] }, { 3048, 2 })
end)

t.case("telemetry: a new link keeps nothing from the previous one", function()
  local rig, server, sim = linked()
  rig:say(server, watch(ALTITUDE))
  server.failure = "closed"
  rig:frames(1)
  server = rig:link()
  sim.calls = {}
  sim.figures.LoGetAltitudeAboveSeaLevel = 2
  rig:frames(60)
  t.equal({ server:received(), sim.calls }, { {}, {} })
end)

--- Watches all fields at two rates, where each call takes a millisecond, which is a whole budget.
local function slow_sim()
  local rig, server, sim = linked()
  local find = sim.find
  function sim.find(self, name)
    local call = find(self, name)
    return function()
      rig.time = rig.time + 1e-3
      if call then
        return call()
      end
    end
  end
  local lines = {}
  for field = 1, 49 do
    lines[field] = "7 " .. field .. " " .. (field % 2 == 0 and 1000 or 100) .. "\n"
  end
  server.incoming = server.incoming .. table.concat(lines)
  return rig, server, sim
end

t.case("telemetry: a slow sim gets a budget, and each field its turn", function()
  local rig, server, sim = slow_sim()
  rig:frames(30)
  server:received()
  for round = 1, 3 do
    sim.figures.LoGetAltitudeAboveSeaLevel = round
    sim.results.LoGetADIPitchBankYaw = { round, round, round }
    rig:say(server, "0\n", 60)
    sim.figures.LoGetAltitudeAboveSeaLevel = -round
    sim.results.LoGetADIPitchBankYaw = { -round, -round, -round }
    local seen = {}
    for _, line in ipairs(rig:say(server, "0\n", 60)) do
      for field, value in pairs(line.telemetry or {}) do
        seen[field] = value
      end
    end
    t.equal({ seen[ALTITUDE], seen[PITCH], seen[BANK] }, { -round, -round, -round })
  end
  rig:frames(60, 0.1)
  server:received()
  t.equal(server.stats[#server.stats].stats.cut > 0, true, "frames with less than was due")
end)

t.case("telemetry: watches that end during a pass leave none out", function()
  local rig, server, sim = slow_sim()
  rig:frames(30)
  for field = 2, 48, 2 do
    server.incoming = server.incoming .. "7 " .. field .. " 0\n"
  end
  rig:frames(30)
  server:received()
  sim.figures.LoGetAltitudeAboveSeaLevel = 12
  local heard = rig:say(server, "0\n", 60)
  t.equal(heard[1], { telemetry = { [ALTITUDE] = 12 } })
  sim.calls = {}
  rig:say(server, "0\n", 10)
  t.equal(sim.calls.LoGetVectorVelocity, nil)
end)

t.case("telemetry: every field can be read from what the sim returns", function()
  local load =
    assert(loadfile(root .. "lua/Scripts/dcs-master/loader.lua"))(root .. "lua/Scripts/dcs-master/")
  local parse, pick = load("sim_figure").parse, load("sim_figure").pick
  for number, text in ipairs(load("telemetry_fields")) do
    local figure = parse(text)
    t.contains(figure.call, "LoGet")
    local results = { 7, 7, 7 }
    if figure.path then
      local top = {}
      for _, path in ipairs({ figure.path, figure.other }) do
        local place = top
        for i = 1, #path - 1 do
          place[path[i]] = place[path[i]] or {}
          place = place[path[i]]
        end
        place[path[#path]] = 7
      end
      results = { top }
    end
    local value = pick(figure, results)
    t.equal(math.abs(value - (figure.other and 98 ^ 0.5 or 7)) < 1e-9, true, number .. " " .. text)
  end
end)
