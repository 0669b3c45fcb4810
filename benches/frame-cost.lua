--- Measures the cost of the scripts in a frame of the sim, with real Lua 5.1, real sockets over
-- loopback and a cockpit of Lua tables. Prints two Markdown tables; `docs/hook.md` explains them.
--
--   lua5.1 benches/frame-cost.lua [--load | --export] [FILE]
--
-- FILE is the `server.lua` of the original dcs-master, to be measured beside ours. With
-- `--load` only the second table is printed: the cost under loads that clients could ask for
-- on purpose. With `--export` only the rows of the export state are printed. The candidates of
-- a case take turns, so that noise affects all of them alike.

local here = arg[0]:match("^(.*[/\\])") or "./"
local scripts = here .. "../lua/Scripts/dcs-master/"
local loader = assert(loadfile(scripts .. "loader.lua"))
local load = loader(here .. "frame-cost/")
local measure, rivals, Cockpit = load("measure"), load("rivals"), load("cockpit")
local Flight = load("flight")
local ours = assert(loadfile(here .. "frame-cost/ours.lua"))(load, loader(scripts))
local figures = dofile(here .. "../tests/standin/figures.lua")

local function idle_cases()
  local idle = Cockpit.new(1, 0)
  local candidates = { measure.NOTHING, ours.dormant(), ours.hook(idle, 0) }
  local results = measure.all(candidates, idle)
  measure.row("not installed", results[1])
  measure.row("dormant", results[2])
  measure.row("linked, nothing watched", results[3])
end

--- The fields of telemetry that a panel of flight instruments shows: altitude, speed, climb,
-- attitude, headings, angle of attack, g and the engine's speed.
local TEN_FIELDS = { 3, 6, 10, 13, 14, 15, 16, 17, 23, 26 }

local function export_cases()
  local flight, all_fields = Flight.new(figures), {}
  for field = 1, 49 do
    all_fields[field] = field
  end
  local results = measure.all({
    ours.telemetry(flight, {}),
    ours.telemetry(flight, TEN_FIELDS),
    ours.telemetry(flight, all_fields),
    ours.indicators(),
  }, flight)
  measure.row("export state, nothing watched", results[1])
  measure.row("export state, 10 fields of telemetry at 30 a second", results[2])
  measure.row("export state, all 49 fields at 30 a second", results[3])
  measure.row("export state, 10 indicators watched", results[4])
end

local function arg_case(watched, percent, original_path)
  local cockpit = Cockpit.new(watched, percent)
  local case = watched .. " args, " .. percent .. "% changing: "
  local results =
    measure.all({ rivals.least(cockpit, watched), ours.hook(cockpit, watched) }, cockpit)
  local least_mean, our_mean = results[1].mean, results[2].mean
  measure.row(case .. "least possible script", results[1], least_mean)
  measure.row(case .. "**these scripts**, any number of clients", results[2], least_mean)
  -- The original is measured apart from them: its work is so much that it would empty their caches.
  for _, count in ipairs(original_path and watched == 100 and { 1, 4, 16 } or {}) do
    local result =
      measure.all({ rivals.original(original_path, cockpit, watched, count) }, cockpit)[1]
    measure.row(case .. "original, " .. count .. " clients", result, least_mean, our_mean)
  end
end

-- Loads that clients could ask for on purpose: before the frame had a budget they cost up to
-- a quarter of a second.

local function rate_each(i)
  return string.format("%.4f", 20 + i / 512)
end

--- A flood of lines: 8 KB of `line_of(i)` before every frame.
local function flood(line_of)
  return function(frame)
    local lines, size = {}, 0
    for i = 1, 8192 do
      lines[i] = line_of(frame * 31 + i)
      size = size + #lines[i]
      if size > 8000 then
        return table.concat(lines)
      end
    end
    return table.concat(lines)
  end
end

local function load_row(name, watched, percent, rate_of, each_frame, action_us)
  local cockpit = Cockpit.new(watched, percent)
  function cockpit.device.performClickableAction()
    local till = os.clock() + (action_us or 0) * 1e-6
    while os.clock() < till do
    end
  end
  local candidate = ours.hook(cockpit, watched, rate_of, each_frame)
  local costs = {}
  -- The first run lets the estimates of the budget settle.
  measure.run(candidate, cockpit, {})
  measure.run(candidate, cockpit, costs)
  table.sort(costs)
  candidate.close()
  local p99 = costs[math.ceil(#costs * 0.99)]
  local text = "| %s | %.0f | %.0f | %.0f |\n"
  io.write(text:format(name, measure.mean(costs), p99 * 1e6, costs[#costs] * 1e6))
end

local function load_cases()
  io.write("\n| per frame, under load | mean µs | p99 µs | max µs |\n|---|---|---|---|\n")
  load_row("4,096 args at one rate", 4096, 0)
  load_row("4,096 args with a rate each", 4096, 0, rate_each)
  load_row("16,384 args with a rate each", 16384, 0, rate_each)
  load_row("16,384 args that all change", 16384, 100)
  load_row(
    "8 KB of watches a frame",
    4096,
    0,
    rate_each,
    flood(function(i)
      return "2 " .. i % 16384 .. " " .. rate_each(i * 7 % 16384) .. "\n"
    end)
  )
  local function action(i)
    return "1 12 " .. i .. " 1 1\n"
  end
  load_row("8 KB of actions a frame", 100, 0, nil, flood(action))
  load_row("8 KB of actions a frame, 20 µs each in the sim", 100, 0, nil, flood(action), 20)
  load_row(
    "8 KB of empty lines a frame",
    100,
    0,
    nil,
    flood(function()
      return "\n"
    end)
  )
end

local function main(option)
  if option == "--load" then
    load_cases()
    return
  end
  io.write("| per frame | mean µs | p99 µs | max µs | garbage bytes | × least | × ours |\n")
  io.write("|---|---|---|---|---|---|---|\n")
  if option == "--export" then
    export_cases()
    return
  end
  idle_cases()
  export_cases()
  for _, watched in ipairs({ 100, 300 }) do
    for _, percent in ipairs({ 0, 10, 100 }) do
      arg_case(watched, percent, option)
    end
  end
  load_cases()
end

main(arg[1])
