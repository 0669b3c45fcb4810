--- Tests of the budget of a frame: work that does not fit is done in the next frames, in turn.

local t, fakes, root = ...
local directory = root .. "lua/Scripts/dcs-master/"

local BUDGET = 1000 -- microseconds of a frame, the default

local function linked(count, rate_of, config)
  local rig = fakes.rig("hook", { config = config })
  local server = rig:link()
  local lines = {}
  for arg = 1, count do
    rig.sim.values[arg] = 0
    lines[arg] = "2 " .. arg .. " " .. rate_of(arg) .. "\n"
  end
  server.incoming = table.concat(lines)
  return rig, server, rig.sim
end

local function at_rate(rate)
  return function()
    return rate
  end
end

--- Makes each reading advance the rig's clock by `microseconds`.
local function reading_takes(rig, microseconds)
  function rig.sim.on_read()
    rig.time = rig.time + microseconds * 1e-6
  end
end

--- Runs frames while the server stays alive, and returns the mean number of readings per frame.
local function mean_readings(rig, server, frames)
  local before = rig.sim.reads
  for frame = 1, frames do
    if frame % 60 == 1 then
      server.incoming = server.incoming .. "0\n"
    end
    -- Jitter keeps the frames from staying in step with a coarse clock.
    rig:frames(1, 1 / 60 + math.random() / 500)
  end
  return (rig.sim.reads - before) / frames
end

t.case("budget: the mean time of a frame stays below it, whatever a reading costs", function()
  math.randomseed(17)
  for _, clock_step in ipairs({ 2 ^ -30, 0.001, 0.0156 }) do
    for _, cost in ipairs({ 1, 4 }) do
      local rig, server = linked(8000, at_rate(1000))
      rig.clock_step = clock_step
      reading_takes(rig, cost)
      mean_readings(rig, server, 300)
      local spent = mean_readings(rig, server, 400) * cost
      local about = cost .. " us a reading, a clock of " .. clock_step .. " s: " .. spent
      t.equal(spent <= 1.3 * BUDGET, true, about)
      t.equal(spent >= 0.4 * BUDGET, true, about)
    end
  end
end)

t.case("budget: the first frame in which 16384 values change is already bounded", function()
  local rig, server, sim = linked(16384, at_rate(1000))
  mean_readings(rig, server, 120)
  for arg = 1, 16384 do
    sim.values[arg] = 0.5
  end
  server:received()
  local seen, frames = 0, 0
  while seen < 16384 do
    rig:frames(1)
    frames = frames + 1
    local before = seen
    for _, line in ipairs(server:received()) do
      for _ in pairs(line.args or {}) do
        seen = seen + 1
      end
    end
    t.equal(seen - before <= 3000, true, seen - before .. " values in a frame")
  end
  t.equal(frames <= 30, true, frames .. " frames")
end)

t.case("budget: frames are bounded even if the clock shows that they take no time", function()
  -- The estimate falls to its minimum, 0.03 us: 3334 readings in 0.1 ms, of 5000 args.
  local rig, server = linked(5000, at_rate(1000), { max_frame_ms = 0.1 })
  mean_readings(rig, server, 700)
  local most = 0
  for _ = 1, 10 do
    most = math.max(most, mean_readings(rig, server, 1))
  end
  t.equal(most > 3000 and most <= 3334, true, most .. " readings in a frame")
end)

t.case("budget: all args of all groups are read in turn", function()
  -- One group has a single arg at 60 a second; thousands of others have different rates.
  local rig, server, sim = linked(9000, function(arg)
    return arg == 1 and 60 or arg <= 5000 and 1000 or 30 + arg % 50
  end)
  mean_readings(rig, server, 60)
  local read = {}
  function sim.on_read(arg)
    rig.time = rig.time + 4e-6
    read[arg] = (read[arg] or 0) + 1
  end
  mean_readings(rig, server, 1200)
  local least, most = math.huge, 0
  for arg = 1, 9000 do
    least, most = math.min(least, read[arg] or 0), math.max(most, read[arg] or 0)
  end
  t.equal(least >= 10, true, "the least readings " .. least)
  t.equal(most - least <= 2, true, "from " .. least .. " to " .. most .. " readings")
end)

t.case("budget: deferred values arrive even if watches change meanwhile", function()
  math.randomseed(13)
  local rig, server, sim = linked(1500, at_rate(1000))
  reading_takes(rig, 30)
  mean_readings(rig, server, 300)
  local watched = {}
  for arg = 1, 1500 do
    watched[arg] = true
  end
  server:received()
  local got = {}
  local function collect()
    for _, line in ipairs(server:received()) do
      for arg, value in pairs(line.args or {}) do
        t.equal(watched[tonumber(arg)] or false, true, "arg " .. arg .. " is not watched")
        got[tonumber(arg)] = value
      end
    end
  end
  for round = 1, 400 do
    local arg, rate = math.random(1500), math.random(0, 2) * 500
    sim.values[math.random(1500)] = round
    collect()
    watched[arg] = rate > 0 or nil
    rig:say(server, "2 " .. arg .. " " .. rate .. "\n", 0)
    rig:frames(1)
    collect()
  end
  mean_readings(rig, server, 100)
  collect()
  for arg in pairs(watched) do
    t.equal(got[arg] or 0, sim.values[arg], "arg " .. arg)
  end
end)

t.case(
  "budget: an arg that moves to an index which the pass has read is still read in this pass",
  function()
    local rig, server, sim = linked(2000, at_rate(0.01))
    reading_takes(rig, 4)
    mean_readings(rig, server, 400)
    server:received()
    sim.name = "UH-60L"
    repeat
      rig:frames(1)
    until #server:received() > 1
    -- The pass is at its beginning: arg 1 has been read, the last one has not.
    sim.values[2000] = 0.5
    server.incoming = "2 1 0\n"
    mean_readings(rig, server, 300)
    local value
    for _, line in ipairs(server:received()) do
      value = line.args and line.args["2000"] or value
    end
    t.equal(value, 0.5)
  end
)

t.case("budget: values of two aircraft are never mixed", function()
  local rig, server, sim = linked(2000, at_rate(1000))
  reading_takes(rig, 4)
  mean_readings(rig, server, 100)
  for round = 1, 10 do
    server:received()
    -- The aircraft changes in the middle of a pass, at a different arg each time.
    mean_readings(rig, server, round * 3 + 20)
    server:received()
    sim.name = "Aircraft " .. round
    for arg = 1, 2000 do
      sim.values[arg] = round
    end
    local announced, values = false, {}
    for _ = 1, 150 do
      for _, line in ipairs(rig:say(server, "0\n")) do
        announced = announced or line.aircraft == sim.name
        for arg, value in pairs(announced and line.args or {}) do
          t.equal(value, round)
          values[arg] = true
        end
      end
    end
    local count = 0
    for _ in pairs(values) do
      count = count + 1
    end
    t.equal(count, 2000, "args of " .. sim.name)
  end
end)

t.case("budget: the mean time of a frame stays below it, whatever an action costs", function()
  math.randomseed(19)
  for _, clock_step in ipairs({ 2 ^ -30, 0.001, 0.0156 }) do
    for _, cost in ipairs({ 1, 20, 100, 400 }) do
      local rig, server, sim = linked(2000, at_rate(1000))
      rig.clock_step = clock_step
      reading_takes(rig, 0.5)
      local perform = sim.device.performClickableAction
      function sim.device.performClickableAction(...)
        rig.time = rig.time + cost * 1e-6
        perform(...)
      end
      local function flood(frames)
        for frame = 1, frames do
          if #server.incoming < 8192 then
            local lines = {}
            for i = 1, 300 do
              lines[i] = "1 12 " .. frame * 300 + i .. " 1 1\n"
            end
            server.incoming = server.incoming .. table.concat(lines)
          end
          rig:frames(1, 1 / 60 + math.random() / 500)
        end
      end
      flood(400)
      local acted, reads = #sim.acted, sim.reads
      flood(400)
      acted, reads = #sim.acted - acted, sim.reads - reads
      local spent = (acted * cost + reads * 0.5) / 400
      local about = cost .. " us an action, a clock of " .. clock_step .. " s: " .. spent
      t.equal(spent <= 1.3 * BUDGET, true, about)
      t.equal(acted >= 400 and reads >= 400, true, acted .. " actions, " .. reads .. " readings")
    end
  end
end)

t.case("budget: the first frames of a flood of slow actions are bounded already", function()
  local rig, server, sim = linked(1, at_rate(1))
  local lines, before = {}, 0
  for i = 1, 300 do
    lines[i] = "1 12 " .. i .. " 1 1\n"
  end
  server.incoming = table.concat(lines)
  for _ = 1, 3 do
    rig:frames(1)
    t.equal(#sim.acted - before <= 110, true, #sim.acted - before .. " actions in a frame")
    before = #sim.acted
  end
  t.equal(before > 100, true, before .. " actions")
end)

t.case(
  "budget: lines that do not fit are carried out in the next frames, in their order",
  function()
    local rig = fakes.rig("hook")
    local server = rig:link()
    server.incoming = "2 1 1000\n"
    local lines = {}
    for i = 1, 8192 / 2 do
      lines[i] = "x\n"
    end
    server.incoming = server.incoming .. table.concat(lines) .. "last\n"
    local answers, most, read = 0, 0, 0
    repeat
      local reads = rig.sim.reads
      local heard = rig:say(server, "")
      answers = answers + #heard
      most = math.max(most, #heard)
      read = read + (rig.sim.reads > reads and 1 or 0)
    until #heard == 0 or heard[#heard].error == "not understood: last"
    t.equal(answers >= 4097, true)
    t.equal(most <= 500, true, most .. " lines in a frame")
    t.equal(read >= 8, true, "args are read meanwhile")
  end
)

t.case("budget: a refused line is charged by the length of its answer", function()
  for _, line in ipairs({ ("\1"):rep(200), "1 " .. ('"'):rep(200), "4 5", "1 x" }) do
    local rig = fakes.rig("hook")
    local server = rig:link()
    local count = math.floor(8191 / (#line + 1))
    server.incoming = (line .. "\n"):rep(count)
    rig:frames(1)
    local bytes, first = #server.outgoing, server.outgoing:find("\n", 1, true)
    local refused = #server:received()
    t.equal(refused < count, true, "all at once: " .. line)
    local cost = refused + (bytes - first) * 0.05
    t.equal(cost <= 1.1 * BUDGET / 2, true, refused .. " lines of " .. cost .. " us: " .. line)
    t.equal(cost >= BUDGET / 4, true, refused .. " lines of " .. cost .. " us: " .. line)
    for _ = 1, 99 do
      refused = refused + #rig:say(server, "")
    end
    t.equal(refused, count, "each has an answer: " .. line)
  end
end)

t.case("budget: all lines that came before the end of the connection are carried out", function()
  local rig = fakes.rig("hook")
  local server = rig:link()
  local lines = {}
  for i = 1, 700 do
    lines[i] = "1 12 " .. i .. " 1 1\n"
  end
  server.incoming = table.concat(lines):sub(1, 8191)
  server.failure = "closed"
  server.send = function(_, text)
    return #text
  end
  rig:frames(10)
  t.equal(server.closed, true)
  t.equal(#rig.sim.acted > 500, true, #rig.sim.acted .. " actions, those of a second frame too")
end)

t.case("budget: the statistics count frames that left work, and the log warns once", function()
  local rig, server = linked(5000, at_rate(1000))
  mean_readings(rig, server, 320)
  reading_takes(rig, 5)
  mean_readings(rig, server, 700)
  server:received()
  local stats = server.stats[#server.stats].stats
  t.equal(stats.cut >= stats.frames * 0.9, true, stats.cut .. " of " .. stats.frames)
  t.equal(#rig.warnings, 1)
  t.contains(rig.warnings[1], "hook: the requested work takes more than 1 ms per frame")
  t.contains(rig.warnings[1], "max_frame_ms in Scripts/dcs-master/config.lua")
end)

t.case("budget: no work is left in normal use", function()
  local rig, server, sim = linked(500, at_rate(60))
  reading_takes(rig, 0.5)
  rig:frames(4)
  local arrived = {}
  for frame = 1, 700 do
    for arg = 1, 50 do
      sim.values[arg] = frame
    end
    for _, line in ipairs(rig:say(server, frame % 60 == 0 and "0\n" or "")) do
      for arg, value in pairs(line.args or {}) do
        arrived[arg] = value
      end
    end
    t.equal({ arrived["1"], arrived["50"] }, { frame, frame }, "within the frame")
  end
  t.equal(server.stats[2].stats.cut, 0)
  t.equal(rig.warnings, {})
end)

t.case("budget: args that raise errors are bounded too, and each is counted once", function()
  local rig, server, sim = linked(6000, at_rate(1000))
  reading_takes(rig, 4)
  mean_readings(rig, server, 300)
  sim.broken[3], sim.values[2] = true, 0 / 0
  local spent = mean_readings(rig, server, 300) * 4
  t.equal(spent <= 1.5 * BUDGET, true, spent .. " us")
  local few, other = linked(4, at_rate(1000))
  few.sim.broken[3], few.sim.values[2] = true, 0 / 0
  mean_readings(few, other, 700)
  other:received()
  local stats = other.stats[2].stats
  t.equal(stats.bad_values, 2 * stats.frames, "bad values")
end)

t.case("budget: max_frame_ms sets the budget", function()
  local rig, server = linked(3000, at_rate(1000), { max_frame_ms = 5 })
  reading_takes(rig, 4)
  mean_readings(rig, server, 400)
  local spent = mean_readings(rig, server, 200) * 4
  t.equal(spent > 3000 and spent < 6000, true, spent .. " us")
end)

--- Returns the number of Lua instructions that `work` executes.
local function instructions(work)
  local count = 0
  debug.sethook(function()
    count = count + 1
  end, "", 1)
  work()
  debug.sethook()
  return count
end

t.case("budget: a new watch costs the same however many args and rates are watched", function()
  local load = assert(loadfile(directory .. "loader.lua"))(directory)
  local args = load("args").new()
  local function watch_and_end()
    return instructions(function()
      args:watch(16000, 977.5)
      args:watch(16000, 978.5)
      args:watch(1, 977.5)
      args:watch(1, 1.0001)
      args:watch(16000, 0)
    end)
  end
  args:watch(1, 1.0001)
  local few = watch_and_end()
  for arg = 2, 8000 do
    args:watch(arg, 1 + arg / 10000)
  end
  t.equal(watch_and_end() <= few + 20, true)
end)

t.case("budget: a new watch of an indicator costs the same however many are watched", function()
  local function cost(rig, server)
    server.incoming = "3 9000 1 1\n3 9000 0 1\n"
    return instructions(function()
      rig.program.frame()
    end)
  end
  local rig = fakes.rig("export")
  local server = rig:link()
  rig.sim.texts[0] = "x"
  local few = cost(rig, server)
  for number = 0, 250 do
    server.incoming = server.incoming .. "3 " .. number .. " 0.001 1\n"
  end
  rig:frames(400)
  server:received()
  t.equal(cost(rig, server) - few < 251 * 12, true, "each watch is checked more than once")
end)
