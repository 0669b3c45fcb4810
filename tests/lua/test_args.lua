--- Tests of the hook state: args, with a sim that fails in many ways.

local t, fakes = ...

local NAN, INF = 0 / 0, math.huge

t.case("args: only changed values are sent, those of a frame in one line with one call", function()
  local rig, server, sim = fakes.linked("hook")
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
  local rig, server, sim = fakes.linked("hook")
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
  local rig, server, sim = fakes.linked("hook")
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
  local rig, server, sim = fakes.linked("hook")
  rig:say(server, "2 1 60\n")
  local began, before = rig.time, sim.reads
  for frame = 1, 300 do
    rig:frames(1, began + (frame + (math.random() - 0.5) / 10) / 60 - rig.time)
  end
  t.equal(sim.reads - before, 300)
end)

t.case("args: many new watches do not delay the others", function()
  local rig, server, sim = fakes.linked("hook")
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
  local rig, server, sim = fakes.linked("hook")
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
  local rig, server, sim = fakes.linked("hook")
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
  local rig, server, sim = fakes.linked("hook")
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

t.case(
  "args: values that are not finite numbers are counted and left out, the rest is sent",
  function()
    for _, bad in ipairs({ NAN, INF, -INF, "0.5", {}, true, "nil" }) do
      local rig, server, sim = fakes.linked("hook")
      sim.values = { [1] = 0.5, [2] = bad ~= "nil" and bad or nil, [3] = 0.25 }
      local line = rig:say(server, "2 1 1000\n2 2 1000\n2 3 1000\n")
      t.equal(line, { { args = { ["1"] = 0.5, ["3"] = 0.25 } } }, tostring(bad))
      sim.values[2] = 0
      rig:frames(1)
      t.equal(server:received(), { { args = { ["2"] = 0 } } }, "good again")
    end
  end
)

t.case(
  "args: an arg that raises an error is counted, and the others are read in the same frame",
  function()
    local rig, server, sim = fakes.linked("hook")
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
  end
)

t.case("args: reading resumes when a panel that was nil, odd or broken works again", function()
  local rig, server, sim = fakes.linked("hook")
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
  local rig, server = fakes.linked("hook")
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
