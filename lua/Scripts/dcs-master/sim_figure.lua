--- Finds the number of a field in the results of a function of the sim. Pure. The texts that
-- describe the fields are in `telemetry_fields.lua`.

local gmatch, match, tonumber, type = string.gmatch, string.match, tonumber, type

local sim_figure = {}

--- Returns the path as a list of keys.
local function keys(path)
  local list = {}
  for key in gmatch(path, "[^.]+") do
    list[#list + 1] = key
  end
  return list
end

--- Returns the parts of a field's text: the name of the `call`, the number of its `result`, and the
-- `path` in it, if it is a table; with `other`, a second path, for the length of a vector.
function sim_figure.parse(text)
  local call, place, other = match(text, "^(%S+) ?(%S*) ?(%S*)$")
  local result = tonumber(place)
  return {
    call = call,
    result = result or 1,
    path = not result and place ~= "" and keys(place) or nil,
    other = other ~= "" and keys(other) or nil,
  }
end

local function follow(value, path)
  for i = 1, #path do
    if type(value) ~= "table" then
      return nil
    end
    value = value[path[i]]
  end
  return value
end

--- Returns the value of a parsed field in the results of its call. It may be anything: what the sim
-- provides is not checked. May raise an error.
function sim_figure.pick(figure, results)
  local result, path = results[figure.result], figure.path
  if not path then
    return result
  end
  local value = follow(result, path)
  if figure.other and value then
    local other = follow(result, figure.other)
    return (value * value + other * other) ^ 0.5
  end
  return value
end

return sim_figure
