--- The sim as module files see it: values that the host has set, and lists of the actions performed
--- and of the inputs that were read but have no value yet.
local base, host = ...
local error, ipairs, setmetatable, tonumber = error, ipairs, setmetatable, tonumber
local raw_type, unpack = type, unpack

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

--- The most inputs that are noted at a time, and in a flight. More are noted when they are read
--- again.
local MAX_WANTED, MAX_SEEN = 1000, 20000

--- The times at which inputs without a value were read first, by kind and key.
local seen, seen_count = {}, 0
--- The seconds for which the value of an input is waited for. Then it has the default value.
local PATIENCE = 1

--- The reader of the hook that runs, if the inputs that it reads are noted: it has the `hook`, what
--- it has `seen`, by kind, whether it `is_due`, and `lists` with those that are `due`. And whether
--- the hook has read an input whose value is waited for.
local reads = { reader = nil, lacks_input = false }
sim.reads = reads

--- Notes that an input without a value was read.
local function want(kind, key)
  local kinds = seen[kind]
  if kinds == nil then
    kinds = {}
    seen[kind] = kinds
  end
  if raw_type(key) ~= "number" and raw_type(key) ~= "string" then
    return
  end
  local since = kinds[key]
  if since == nil and seen_count < MAX_SEEN then
    -- Without room now, it is asked for in the next step.
    since = sim.time
    if #sim.wanted < MAX_WANTED then
      kinds[key], seen_count = since, seen_count + 1
      sim.wanted[#sim.wanted + 1] = { kind, key }
    end
  end
  if since and sim.time < since + PATIENCE then
    reads.lacks_input = true
  end
end

--- Those that have read each input, by kind and key.
local readers = {}

--- Forgets who has read what.
function sim.forget_readers()
  readers = {}
end

--- Makes a hook due: it is run when its module is run next.
function sim.make_due(reader)
  if reader and not reader.is_due then
    reader.is_due = true
    local due = reader.lists.due
    due[#due + 1] = reader.hook
  end
end

local function note(kind, key)
  local reader = reads.reader
  local seen_keys = reader.seen[kind]
  if seen_keys == nil then
    seen_keys = {}
    reader.seen[kind] = seen_keys
  end
  if key == nil or seen_keys[key] then
    return
  end
  seen_keys[key] = true
  local by_key = readers[kind]
  if by_key == nil then
    by_key = {}
    readers[kind] = by_key
  end
  by_key[key] = by_key[key] or {}
  local list = by_key[key]
  list[#list + 1] = reader
end

local INPUTS = {
  arg = args,
  draw_arg = draw_args,
  indicator = indicators,
  frequency = frequencies,
  ["function"] = functions,
}

--- Sets the value of an input. The hooks that have read it are due.
function sim.set(kind, key, value)
  if kind == "params" then
    sim.cockpit_params = value
  elseif INPUTS[kind][key] == value then
    return
  else
    INPUTS[kind][key] = value
  end
  for _, reader in ipairs(readers[kind] and readers[kind][key] or {}) do
    sim.make_due(reader)
  end
end

function sim.take_wanted()
  local wanted = sim.wanted
  sim.wanted = {}
  return wanted
end

function sim.forget_wanted()
  seen, seen_count = {}, 0
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
  local result = tonumber(value)
  -- NaN and the infinities leave NaN when subtracted from themselves.
  if not result or result - result ~= 0 then
    error(what .. " is not a number", 3)
  end
  return result
end

local Device = {}
Device.__index = Device
Device.__metatable = false

function Device:get_argument_value(arg)
  if reads.reader then
    note("arg", arg)
  end
  local value = args[arg]
  if value then
    return value
  end
  want("arg", arg)
  return sim.default
end

function Device:get_frequency()
  if reads.reader then
    note("frequency", self.id)
  end
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
  if reads.reader then
    note("indicator", id)
  end
  local text = indicators[id]
  if text == nil then
    want("indicator", id)
  end
  return text or ""
end

function base.list_cockpit_params()
  if reads.reader then
    note("params", 0)
  end
  if sim.cockpit_params == nil then
    want("params", 0)
  end
  return sim.cockpit_params or ""
end

function base.LoGetAircraftDrawArgumentValue(arg)
  if reads.reader then
    note("draw_arg", arg)
  end
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

--- The answers while the host has none.
local unknown = {
  LoGetModelTime = function()
    return sim.time
  end,
  LoIsOwnshipExportAllowed = function()
    return true
  end,
  LoGetSelfData = function()
    return sim.aircraft and { Name = sim.aircraft } or nil
  end,
}

function host.sim_function(name)
  local function call()
    if reads.reader then
      note("function", name)
    end
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
