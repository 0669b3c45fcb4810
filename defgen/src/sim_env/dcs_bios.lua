-- Stand-ins for the parts of the sim that DCS-BIOS uses, and a dry run of its modules.
--
-- A module of DCS-BIOS defines controls, and gives functions that export and import their values.
-- The functions are called with invented args. What they read and send shows which arg and which
-- commands each control is about, in whatever way the module is written.


-- The raw values at which a needle is read, and those at which a lamp is read, in hundredths.
local NEEDLE_RAWS = { 0, 0.5, 1, -1 }
local LAMP_RAWS = { 0, 25, 29, 30, 50, 75, 100 }

-- The raw value of all args, and of single ones.
local raw_of_all = 0
local raw_of = {}

-- What the functions have done since `forget`: args that were read, values by allocation, commands.
local reads, is_read, writes, sent

local function forget()
  reads, is_read, writes, sent = {}, {}, {}, {}
end
forget()

local function read(_, arg)
  if type(arg) ~= "number" then
    return UNKNOWN
  end
  if not is_read[arg] then
    is_read[arg] = true
    reads[#reads + 1] = arg
  end
  return raw_of[arg] or raw_of_all
end

-- Devices. Their other methods return unknowns.
local function unknown_method()
  return UNKNOWN
end

local devices = {}

local function new_device(number)
  local function send(_, command, value)
    sent[#sent + 1] = { device = number, command = command, value = value }
  end
  local device = {
    get_argument_value = read,
    performClickableAction = send,
    SetCommand = send,
  }
  return setmetatable(device, {
    __index = function()
      return unknown_method
    end,
  })
end

function GetDevice(number)
  if type(number) ~= "number" then
    return UNKNOWN
  end
  devices[number] = devices[number] or new_device(number)
  return devices[number]
end

-- A class whose methods do nothing, unless they are defined.
local function passive_class()
  return setmetatable({}, {
    __index = function()
      return function() end
    end,
  })
end

-- The memory map: an allocation has an address of its own and notes the values that it is given.
local next_address = 0

local function allocate(_, size)
  next_address = next_address + 1
  local allocation = {
    address = next_address,
    maxValue = size,
    maxLength = size,
    mask = 65535,
    shiftBy = 0,
    multiplier = 1,
    characterAllocations = {},
  }
  function allocation:setValue(value)
    writes[self.address] = value
  end
  return allocation
end

local MemoryMap = passive_class()
MemoryMap.allocateInt = allocate
MemoryMap.allocateString = allocate
function MemoryMap:new(base)
  return setmetatable({ baseAddress = base, lastAddress = base, entries = {} }, { __index = self })
end

-- Notes what every module defines.
local modules = {}

local function observe(Module)
  local new, add_control = Module.new, Module.addControl
  local add_hook, add_processor = Module.addExportHook, Module.addInputProcessor
  local notes = {}

  local function note(module, list, value)
    local noted = notes[module]
    if noted then
      noted[list][#noted[list] + 1] = value
    end
  end

  function Module:new(name, address, aircraft)
    local module = new(self, name, address, aircraft)
    notes[module] = { aircraft = aircraft, controls = {}, hooks = {}, processors = {} }
    modules[#modules + 1] = notes[module]
    return module
  end
  function Module:addControl(control)
    note(self, "controls", control)
    return add_control(self, control)
  end
  function Module:addExportHook(hook)
    note(self, "hooks", hook)
    return add_hook(self, hook)
  end
  function Module:addInputProcessor(identifier, processor)
    if notes[self] then
      notes[self].processors[identifier] = processor
    end
    return add_processor(self, identifier, processor)
  end
end

-- Calls a function with all args at `raw`.
local function try(raw, action, ...)
  raw_of_all = raw
  forget()
  pcall(action, ...)
end

-- Returns the value at an address when all args are at `raw`.
local function value_at(hook, address, raw)
  try(raw, hook, GetDevice(0))
  return writes[address]
end

local function sample(record, hook, address, raw)
  local value = value_at(hook, address, raw)
  if type(value) == "number" then
    record.samples[#record.samples + 1] = { raw, value }
  end
end

-- Reads a lamp at a few raw values. Unless it is simply lit from 0.3 on, reads it again at every hundredth.
local function sample_lamp(record, hook, address)
  local is_plain = true
  for _, raw in ipairs(LAMP_RAWS) do
    local value = value_at(hook, address, raw / 100)
    is_plain = is_plain and (value == 1) == (raw >= 30)
  end
  if is_plain then
    record.is_plain_lamp = true
    return
  end
  for raw = -100, 100 do
    sample(record, hook, address, raw / 100)
  end
end

local function sample_value(record, hook, address)
  if record.control.control_type == "led" then
    return sample_lamp(record, hook, address)
  end
  for _, raw in ipairs(NEEDLE_RAWS) do
    sample(record, hook, address, raw)
  end
end

-- Returns the address of a control's first integer output, and its largest value.
local function integer_output(control)
  for _, output in ipairs(control.outputs or {}) do
    if output.type == "integer" then
      return output.address, output.max_value
    end
  end
end

-- Notes that the value at an address comes from an arg, by a hook.
local function note_arg(by_address, address, arg, hook)
  local record = by_address[address]
  if record and not record.args[arg] then
    record.args[arg] = true
    record.arg_count = record.arg_count + 1
    record.hook = hook
  end
end

-- Finds the args that each value comes from: the value changes with the arg, or the hook reads no other arg.
local function run_hook(hook, by_address)
  try(0, hook, GetDevice(0))
  local args, before = reads, writes
  for _, arg in ipairs(args) do
    raw_of[arg] = 0.4
    try(0, hook, GetDevice(0))
    raw_of[arg] = nil
    for _, values in ipairs({ before, writes }) do
      for address in pairs(values) do
        if #args == 1 or writes[address] ~= before[address] then
          note_arg(by_address, address, arg, hook)
        end
      end
    end
  end
end

local function note_commands(record)
  for _, action in ipairs(sent) do
    local key = tostring(action.device) .. ":" .. tostring(action.command)
    if not record.has_command[key] then
      record.has_command[key] = true
      record.commands[#record.commands + 1] = { action.device, action.command }
    end
  end
end

-- Sends a control every message that it may accept, and notes the commands that it sends to the sim.
local function run_processor(record, processor)
  record.has_input = true
  for _, raw in ipairs({ 0, 1 }) do
    for _, message in ipairs({ "INC", "DEC", "TOGGLE", "+3200", "0", "1", "2" }) do
      try(raw, processor, message)
      note_commands(record)
    end
  end
end

local function add_record(module, by_address, control)
  local address, max = integer_output(control)
  local record = {
    control = control,
    args = {},
    arg_count = 0,
    commands = {},
    has_command = {},
    has_input = false,
    samples = {},
    address = address,
    max = max,
  }
  module.records[#module.records + 1] = record
  if address then
    by_address[address] = record
  end
end

-- Samples the value that a control shows, and finds the commands that it sends.
local function probe(module, record)
  if record.arg_count == 1 then
    record.arg = next(record.args)
    sample_value(record, record.hook, record.address)
  end
  local processor = module.processors[record.control.identifier]
  if processor then
    run_processor(record, processor)
  end
end

local function dry_run(module)
  local by_address = {}
  for _, control in ipairs(module.controls) do
    -- Another control has taken the place of a deprecated one.
    if not control.deprecated then
      add_record(module, by_address, control)
    end
  end
  for _, hook in ipairs(module.hooks) do
    run_hook(hook, by_address)
  end
  for _, record in ipairs(module.records) do
    probe(module, record)
  end
end

-- All files of DCS-BIOS share one environment here.
function module() end

package = { seeall = module, loaded = {} }

return {
  modules = modules,
  observe = observe,
  provided = { MemoryMap = MemoryMap, Log = passive_class() },
  dry_run = function()
    for _, module in ipairs(modules) do
      module.records = {}
      dry_run(module)
    end
  end,
}
