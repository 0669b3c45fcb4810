--- A flight whose figures all change in each frame: those of the stand-in sim, and a little more.

local STEP = 0.0137

local Flight = {}
Flight.__index = Flight

--- Adds the places of all numbers in a table to `places`.
local function find_numbers(of, places)
  for key, value in pairs(of) do
    if type(value) == "table" then
      find_numbers(value, places)
    else
      places[#places + 1] = { of = of, key = key, first = value }
    end
  end
end

--- `figures`: the module `tests/standin/figures.lua`.
function Flight.new(figures)
  local flight = setmetatable({ results = figures.flying(0), places = {}, frames = 0 }, Flight)
  find_numbers(flight.results, flight.places)
  return flight
end

--- Advances to the next frame.
function Flight:advance()
  self.frames = self.frames + 1
  for _, place in ipairs(self.places) do
    place.of[place.key] = place.first + self.frames * STEP
  end
end

--- Returns the sim's function with that name.
function Flight:find(name)
  local results = self.results
  local several = type(results[name]) == "table" and results[name].results
  return function()
    if several then
      return unpack(several)
    end
    return results[name]
  end
end

return Flight
