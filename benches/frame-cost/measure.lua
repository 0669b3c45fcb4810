--- Measures candidates, in frames between which a world advances (`cockpit.lua`, `flight.lua`).

local load = ...
local clock = load("clock")

local ROUNDS, RUN = 20, 500

local measure = {}

--- Runs `RUN` frames (or as many as the candidate wants) and adds their costs to `costs`. A cost is
-- processor time in seconds, which other programs do not disturb; nothing here ever waits.
function measure.run(candidate, world, costs)
  local frame, drain, busy = candidate.frame, candidate.drain, os.clock
  collectgarbage()
  for _ = 1, candidate.frames or RUN do
    clock.next_frame()
    world:advance()
    local began = busy()
    frame()
    costs[#costs + 1] = busy() - began
    drain()
  end
end

--- Returns the mean of costs in microseconds.
function measure.mean(costs)
  local total = 0
  for _, cost in ipairs(costs) do
    total = total + cost
  end
  return total / #costs * 1e6
end

--- A candidate that does nothing.
measure.NOTHING = { frame = function() end, drain = function() end, close = function() end }

--- A world in which nothing changes.
local STILL = { advance = function() end }

--- Returns the cost of reading the processor's time twice, in microseconds.
local function own_cost()
  local costs = {}
  for _ = 1, ROUNDS do
    measure.run(measure.NOTHING, STILL, costs)
  end
  return measure.mean(costs)
end

local OWN_COST = own_cost()

local function garbage(candidate, world)
  local total = 0
  collectgarbage()
  collectgarbage("stop")
  for _ = 1, RUN do
    clock.next_frame()
    world:advance()
    local before = collectgarbage("count")
    candidate.frame()
    total = total + collectgarbage("count") - before
    candidate.drain()
  end
  collectgarbage("restart")
  return total * 1024 / RUN
end

--- Measures the candidates in turn. Returns mean, p99 and max in microseconds and garbage in bytes,
-- all per frame.
function measure.all(candidates, world)
  local results = {}
  for _ = 1, ROUNDS do
    for i, candidate in ipairs(candidates) do
      results[i] = results[i] or { costs = {} }
      measure.run(candidate, world, results[i].costs)
    end
  end
  for i, candidate in ipairs(candidates) do
    local result, costs = results[i], results[i].costs
    table.sort(costs)
    result.mean = math.max(0, measure.mean(costs) - OWN_COST)
    result.p99 = math.max(0, costs[math.ceil(#costs * 0.99)] * 1e6 - OWN_COST)
    result.max = math.max(0, costs[#costs] * 1e6 - OWN_COST)
    result.garbage = garbage(candidate, world)
    candidate.close()
  end
  return results
end

--- Prints a row of the table.
function measure.row(name, result, least_mean, our_mean)
  local text = "| %s | %.2f | %.1f | %.1f | %.0f | %s | %s |\n"
  local against_least = least_mean and string.format("%.2f", result.mean / least_mean) or ""
  local against_ours = our_mean and string.format("%.1f", result.mean / our_mean) or ""
  io.write(
    text:format(
      name,
      result.mean,
      result.p99,
      result.max,
      result.garbage,
      against_least,
      against_ours
    )
  )
end

return measure
