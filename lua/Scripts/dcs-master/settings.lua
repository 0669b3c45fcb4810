--- Checks the settings of `config.lua`: their names, defaults and limits. Pure.

local load = ...
local text = load("text")

local function port(value)
  return type(value) == "number" and value >= 1 and value <= 65535 and value % 1 == 0
end

local function address(value)
  return type(value) == "string" and value ~= ""
end

local function rate(value)
  return type(value) == "number" and value >= 0.1 and value <= 1000
end

local function count(value)
  return type(value) == "number" and value >= 1 and value <= 1000 and value % 1 == 0
end

local function milliseconds(value)
  return type(value) == "number" and value >= 0.1 and value <= 100
end

local PORT = "a whole number from 1 to 65535"
local RATE = "a number from 0.1 to 1000"

local FIELDS = {
  bind = { default = "127.0.0.1", valid = address, expected = "an address in quotes" },
  hook_port = { default = 4243, valid = port, expected = PORT },
  export_port = { default = 4244, valid = port, expected = PORT },
  accepts_per_second = { default = 4, valid = rate, expected = RATE },
  aircraft_checks_per_second = { default = 4, valid = rate, expected = RATE },
  indicators_per_frame = { default = 2, valid = count, expected = "a whole number from 1 to 1000" },
  max_frame_ms = { default = 1, valid = milliseconds, expected = "a number from 0.1 to 100" },
}

local settings = {}

--- Returns the settings and a list of problems. `config` is the value that `config.lua` returned;
-- nil means all defaults. A setting that is wrong is replaced by its default.
function settings.from(config)
  local result, problems = {}, {}
  if config ~= nil and type(config) ~= "table" then
    problems[1] = "config.lua should end with: return { hook_port = 4243 }"
    config = nil
  end
  for name, field in pairs(FIELDS) do
    local value = config and config[name]
    if value == nil then
      value = field.default
    elseif not field.valid(value) then
      problems[#problems + 1] = "config.lua: " .. name .. " should be " .. field.expected
      value = field.default
    end
    result[name] = value
  end
  if result.hook_port == result.export_port then
    problems[#problems + 1] = "config.lua: hook_port and export_port should be two different ports"
    result.hook_port = FIELDS.hook_port.default
    result.export_port = FIELDS.export_port.default
  end
  for name in pairs(config or {}) do
    if not FIELDS[name] then
      problems[#problems + 1] = "config.lua: there is no setting " .. text.of(name)
    end
  end
  table.sort(problems)
  return result, problems
end

return settings
