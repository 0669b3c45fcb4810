--- Tests of the export state: indicators, with a sim that fails in many ways.

local t, fakes = ...

t.case("indicators: a text is sent at once, then on every change", function()
  local rig, server, sim = fakes.linked("export")
  sim.texts[6] = "ONE\n"
  t.equal(rig:say(server, "3 6 10 3\n"), { { indicator = 6, epoch = 3, text = "ONE\n" } })
  t.equal(rig:say(server, "0\n", 30), {})
  sim.texts[6] = "TWO\n"
  t.equal(rig:say(server, "0\n", 10), { { indicator = 6, epoch = 3, text = "TWO\n" } })
  sim.texts[6] = ""
  t.equal(rig:say(server, "0\n", 10), { { indicator = 6, epoch = 3, text = "" } })
end)

t.case("indicators: nil, an error and odd results are sent as null, once", function()
  local rig, server, sim = fakes.linked("export")
  t.equal(rig:say(server, "3 6 10 3\n", 30), { { indicator = 6, epoch = 3, text = "null" } })
  sim.texts[6] = "ONE"
  rig:frames(10)
  t.equal(server:received(), { { indicator = 6, epoch = 3, text = "ONE" } })
  sim.broken.list_indication = true
  rig:frames(10)
  t.equal(server:received(), { { indicator = 6, epoch = 3, text = "null" } })
  sim.broken = {}
  sim.texts[6] = 5
  rig:frames(10)
  t.equal(server:received(), {})
end)

t.case("indicators: every byte value arrives", function()
  local rig, server, sim = fakes.linked("export")
  local bytes = {}
  for i = 0, 255 do
    bytes[#bytes + 1] = string.char(i)
  end
  sim.texts[0] = table.concat(bytes) .. "\\u0041 15°C \255"
  t.equal(rig:say(server, "3 0 10 1\n")[1].text, sim.texts[0])
end)

t.case("indicators: at most two are read per frame, in turn, each ten times a second", function()
  local rig, server, sim = fakes.linked("export")
  for i = 0, 9 do
    sim.texts[i] = "text " .. i
    server.incoming = server.incoming .. "3 " .. i .. " 1000 1\n"
  end
  local seen = {}
  for _ = 1, 5 do
    local before = sim.reads
    rig:frames(1)
    t.equal(sim.reads - before, 2)
  end
  for _, line in ipairs(server:received()) do
    seen[line.indicator] = true
  end
  for i = 0, 9 do
    t.equal(seen[i], true, "indicator " .. i)
  end
  local before = sim.reads
  rig:frames(180)
  local rate = (sim.reads - before) / 3
  t.equal(rate >= 80 and rate <= 100, true, rate .. " reads a second")
end)

t.case("indicators: a repeated watch sends the text again with the new epoch", function()
  local rig, server, sim = fakes.linked("export")
  sim.texts[6] = "ONE"
  rig:say(server, "3 6 10 3\n")
  t.equal(rig:say(server, "3 6 5 4\n"), { { indicator = 6, epoch = 4, text = "ONE" } })
end)

t.case("indicators: rate 0 ends the watch of that indicator only", function()
  local rig, server, sim = fakes.linked("export")
  sim.texts = { [6] = "ONE", [7] = "ONE" }
  rig:say(server, "3 6 10 3\n3 7 10 3\n3 6 0 4\n3 8 0 4\n")
  sim.texts = { [6] = "TWO", [7] = "TWO" }
  rig:frames(20)
  t.equal(server:received(), { { indicator = 7, epoch = 3, text = "TWO" } })
end)

t.case(
  "indicators: the list has all indicators, also after a gap, with a few reads per frame",
  function()
    local rig, server, sim = fakes.linked("export")
    sim.texts =
      { [0] = "zero", [1] = "", [5] = 'five "5"', [14] = "x", [24] = "y", [40] = "too far" }
    server.incoming = "4 9\n"
    local before = sim.reads
    rig:frames(1)
    t.equal(sim.reads - before, 2)
    rig:frames(20)
    t.equal(server:received(), {
      {
        indicators = { ["0"] = "zero", ["1"] = "", ["5"] = 'five "5"', ["14"] = "x", ["24"] = "y" },
        ticket = 9,
      },
    })
  end
)

t.case("indicators: a list of one indicator, existing or not", function()
  local rig, server, sim = fakes.linked("export")
  sim.texts[40] = "forty"
  t.equal(rig:say(server, "4 10 40\n4 11 41\n", 3), {
    { indicators = { ["40"] = "forty" }, ticket = 10 },
    { indicators = {}, ticket = 11 },
  })
end)

t.case("indicators: the list ends at 256 if all numbers exist", function()
  local rig, server, sim = fakes.linked("export")
  sim.texts = setmetatable({}, {
    __index = function()
      return "x"
    end,
  })
  local line = rig:say(server, "4 1\n", 200)[1]
  t.equal({ line.indicators["255"], line.indicators["256"] }, { "x" })
end)

t.case("indicators: too many requests and watches are refused", function()
  local rig, server = fakes.linked("export")
  local lines = {}
  for i = 1, 70 do
    lines[i] = "4 " .. i .. "\n"
  end
  local heard = rig:say(server, table.concat(lines))
  t.equal(heard[1], { error = "64 requests for indicators are waiting already", ticket = 65 })
  for i = 0, 256 do
    lines[i + 1] = "3 " .. i .. " 1 1\n"
  end
  heard = rig:say(server, table.concat(lines))
  t.equal(heard[1], { error = "indicator 256 not watched: 256 are watched already" })
end)

t.case("indicators: nothing is read while output waits, then the newest text", function()
  local rig, server, sim = fakes.linked("export")
  sim.texts[6] = "ONE"
  server.room = 5
  rig:say(server, "3 6 10 3\n4 1\n")
  local reads = sim.reads
  for i = 1, 30 do
    sim.texts[6] = "text " .. i
    rig:frames(1)
  end
  t.equal(sim.reads, reads)
  server.room = math.huge
  rig:frames(10)
  local heard = server:received()
  t.equal({ heard[1].text, heard[2].text }, { "ONE", "text 30" })
end)

t.case("indicators: a new link keeps nothing from the previous one", function()
  local rig, server, sim = fakes.linked("export")
  sim.texts[6] = "ONE"
  rig:say(server, "3 6 10 3\n4 1\n")
  server.failure = "closed"
  rig:frames(1)
  server = rig:link()
  sim.texts[6] = "TWO"
  rig:frames(60)
  t.equal(server:received(), {})
end)

t.case("indicators: lines that are not understood are answered", function()
  local rig, server = fakes.linked("export")
  local wrong = { "3", "3 6", "3 6 10", "3 -1 10 1", "3 99999 1 1", "4 x", "4 1 x", "9 1" }
  for _, line in ipairs(wrong) do
    local heard = rig:say(server, line .. "\n")
    t.equal(#heard, 1, line)
    t.contains(heard[1].error, line)
  end
end)

t.case("the export state refuses everything else and names the other state", function()
  local rig, server = fakes.linked("export")
  local reason = "the export state handles neither actions nor args: send this to the hook state"
  t.equal(rig:say(server, "1 12 3001 1 5\n2 540 10\n"), {
    { error = reason, ticket = 5 },
    { error = reason },
  })
  t.equal(rig.sim.acted, {})
end)

t.case("the export state reports its cost and no bad values", function()
  local rig, server = fakes.linked("export")
  rig:frames(52, 0.1)
  server:received()
  t.equal(server.stats[1].stats.bad_values, 0)
end)
