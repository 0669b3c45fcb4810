--- Determines whether the aircraft is cold, that is, on the ground with its engines off. Pure: the
-- sim's functions are arguments. They are called only when a server asks.

local abs, pairs, pcall, type = math.abs, pairs, pcall, type

--- The highest speed, in percent, of an engine that is off: wind may turn it a little.
local RPM_MAX = 5
--- The greatest height of a cold aircraft in metres above ground or sea. The deck of a carrier
-- counts as ground.
local HEIGHT_MAX = 50
--- The highest speed of a cold aircraft through the air, in metres per second. A carrier may sail
-- against the wind.
local SPEED_MAX = 40
--- The highest speed up or down of a cold aircraft, in metres per second.
local CLIMB_MAX = 2

--- Returns the result of a function of the sim, or nil when it raises an error.
local function answer(of)
  local ok, value = pcall(of)
  if ok then
    return value
  end
end

local function is_number(value)
  return type(value) == "number" and value - value == 0
end

--- Returns the largest number in a table by absolute value, or nil when there is none. May raise an
-- error.
local function largest(values)
  local most
  for _, value in pairs(values) do
    if is_number(value) and (not most or abs(value) > most) then
      most = abs(value)
    end
  end
  return most
end

--- Returns whether all engines are off, or nil when the sim does not provide their speed. May raise
-- an error.
local function engines_off(info)
  local rpm = largest(info.RPM)
  if not rpm then
    return nil
  end
  local fuel = type(info.FuelConsumption) == "table" and largest(info.FuelConsumption) or 0
  return rpm <= RPM_MAX and fuel <= 0
end

--- Returns whether the absolute value of a quantity is at most `most`, or nil when the sim does not
-- provide it.
local function is_small(of, most)
  local value = answer(of)
  if is_number(value) then
    return abs(value) <= most
  end
end

--- Returns whether the aircraft is cold, or nil when the sim does not provide enough data. `sim`:
-- `export_allowed()`, `engine_info()`, `height()`, `speed()`, `climb()`; each may raise an error or
-- return anything.
return function(sim)
  if answer(sim.export_allowed) == false then
    return nil
  end
  local engines = answer(function()
    return engines_off(sim.engine_info())
  end)
  local height = is_small(sim.height, HEIGHT_MAX)
  local speed = is_small(sim.speed, SPEED_MAX)
  local climb = is_small(sim.climb, CLIMB_MAX)
  if engines == false or height == false or speed == false or climb == false then
    return false
  end
  return engines and height and speed and climb
end
