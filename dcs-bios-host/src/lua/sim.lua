--- The sim as module files see it: values that the host has set, and lists of the actions performed
--- and of the inputs that were read but have no value yet.
local base, host = ...

local args, draw_args, indicators, frequencies, functions = {}, {}, {}, {}, {}
local sim = {
  args = args,
  draw_args = draw_args,
  indicators = indicators,
  frequencies = frequencies,
  functions = functions,
  cockpit_params = nil,
  aircraft = nil,
  time = 0,
  --- The value of each arg, draw argument and frequency that has none.
  default = 0,
  wanted = {},
  actions = {},
}

local seen = {}

--- Notes that an input without a value was read.
local function want(kind, key)
  local kinds = seen[kind]
  if kinds == nil then
    kinds = {}
    seen[kind] = kinds
  end
  if not kinds[key] and (type(key) == "number" or type(key) == "string") then
    kinds[key] = true
    sim.wanted[#sim.wanted + 1] = { kind, key }
  end
end

function sim.take_wanted()
  local wanted = sim.wanted
  sim.wanted = {}
  return wanted
end

function sim.forget_wanted()
  seen = {}
  sim.wanted = {}
end

--- The most actions that one line of input performs.
local MAX_ACTIONS = 1000

local function act(...)
  if #sim.actions >= MAX_ACTIONS then
    error("more than " .. MAX_ACTIONS .. " actions for one command", 0)
  end
  sim.actions[#sim.actions + 1] = { ... }
end

local function number(value, what)
  return tonumber(value) or error(what .. " is not a number", 3)
end

local Device = {}
Device.__index = Device
Device.__metatable = false

function Device:get_argument_value(arg)
  local value = args[arg]
  if value then
    return value
  end
  want("arg", arg)
  return sim.default
end

function Device:get_frequency()
  local value = frequencies[self.id]
  if value then
    return value
  end
  want("frequency", self.id)
  return sim.default
end

function Device.update_arguments() end

function Device:performClickableAction(command, value)
  act("click", self.id, number(command, "the command"), number(value, "the value"))
end

function Device:SetCommand(command, value)
  act("command", self.id, number(command, "the command"), number(value, "the value"))
end

function Device:set_argument_value(arg, value)
  act("argument", self.id, number(arg, "the argument"), number(value, "the value"))
end

function Device:set_frequency(frequency)
  act("frequency", self.id, number(frequency, "the frequency"), 0)
end

local devices = {}

function base.GetDevice(id)
  id = number(id, "the device")
  local device = devices[id]
  if device == nil then
    device = setmetatable({ id = id }, Device)
    devices[id] = device
  end
  return device
end

function base.list_indication(id)
  local text = indicators[id]
  if text == nil then
    want("indicator", id)
  end
  return text or ""
end

function base.list_cockpit_params()
  if sim.cockpit_params == nil then
    want("params", 0)
  end
  return sim.cockpit_params or ""
end

function base.LoGetAircraftDrawArgumentValue(arg)
  local value = draw_args[arg]
  if value then
    return value
  end
  want("draw_arg", arg)
  return sim.default
end

function base.LoSetCommand(command, value)
  act("sim", 0, number(command, "the command"), tonumber(value) or 0, value ~= nil)
end

function base.LoGetModelTime()
  return sim.time
end

--- The answers while the host has none.
local unknown = {
  LoIsOwnshipExportAllowed = function()
    return true
  end,
  LoGetSelfData = function()
    return sim.aircraft and { Name = sim.aircraft } or nil
  end,
}

function host.sim_function(name)
  local function call()
    local values = functions[name]
    if values then
      return unpack(values, 1, values.n)
    end
    want("function", name)
    return unknown[name] and unknown[name]() or nil
  end
  base[name] = call
  return call
end

return sim
