--- Tells whether the aircraft is cold: on the ground with its engines off. Pure: the sim's
-- functions are arguments. It is asked for only when a server wants to know.

local abs, pairs, pcall, type = math.abs, pairs, pcall, type

--- Engine speed, in percent, up to which an engine is off: wind turns it a little.
local RPM_MAX = 5
--- Metres above ground or sea: the deck of a carrier counts as ground.
local HEIGHT_MAX = 50
--- Metres per second through the air: a carrier sails against the wind.
local SPEED_MAX = 40
--- Metres per second up or down.
local CLIMB_MAX = 2

--- Returns what a function of the sim answers, nil when it raises.
local function answer(of)
  local ok, value = pcall(of)
  if ok then
    return value
  end
end

local function is_number(value)
  return type(value) == "number" and value - value == 0
end

--- Returns the largest number in a table, nil when there is none. May raise.
local function largest(values)
  local most
  for _, value in pairs(values) do
    if is_number(value) and (not most or abs(value) > most) then
      most = abs(value)
    end
  end
  return most
end

--- Returns whether all engines are off, nil when the sim does not tell. May raise.
local function engines_off(info)
  local rpm = largest(info.RPM)
  if not rpm then
    return nil
  end
  local fuel = type(info.FuelConsumption) == "table" and largest(info.FuelConsumption) or 0
  return rpm <= RPM_MAX and fuel <= 0
end

--- Returns whether a figure is small, nil when the sim does not tell it.
local function is_small(of, most)
  local value = answer(of)
  if is_number(value) then
    return abs(value) <= most
  end
end

--- Returns true or false, or nil when the sim does not tell enough. `sim`: `export_allowed()`,
-- `engine_info()`, `height()`, `speed()`, `climb()`; each may raise or return anything.
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
