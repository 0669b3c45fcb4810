-- The class of all modules, as small as it can be. Modules of DCS-BIOS are written against it.
module("Module", package.seeall)

local Control = require("Scripts.DCS-BIOS.lib.modules.documentation.Control")
local Log = require("Scripts.DCS-BIOS.lib.common.Log")
local MemoryMap = require("Scripts.DCS-BIOS.lib.modules.memory_map.MemoryMap")

local Module = {}

function Module:new(name, base_address, aircraft)
  local new = {
    name = name,
    memoryMap = MemoryMap:new(base_address),
    aircraftList = aircraft,
    controls = {},
    exportHooks = {},
    inputProcessors = {},
  }
  setmetatable(new, self)
  self.__index = self
  Log:log_info("module " .. name)
  return new
end

function Module:addControl(control)
  self.controls[control.identifier] = control
end

function Module:addExportHook(hook)
  self.exportHooks[#self.exportHooks + 1] = hook
end

function Module:addInputProcessor(identifier, processor)
  self.inputProcessors[identifier] = processor
end

-- Defines a control that shows an integer: `value` makes it from the device of all args.
function Module:defineInteger(identifier, kind, max, value, category, description, attributes)
  local allocation = self.memoryMap:allocateInt(max, identifier)
  local output = {
    type = "integer",
    address = allocation.address,
    mask = allocation.mask,
    shift_by = allocation.shiftBy,
    max_value = allocation.maxValue,
  }
  self:addExportHook(function(dev0)
    allocation:setValue(value(dev0))
  end)
  self:addControl(Control:new(category, kind, identifier, description, { output }, attributes))
end

function Module:defineGatedIndicatorLight(
  identifier,
  arg,
  min,
  max,
  category,
  description,
  attributes
)
  local function is_lit(dev0)
    local raw = dev0:get_argument_value(arg)
    return raw >= (min or raw) and raw < (max or raw + 1) and 1 or 0
  end
  self:defineInteger(identifier, "led", 1, is_lit, category, description, attributes)
end

function Module:defineIndicatorLight(identifier, arg, category, description, attributes)
  self:defineGatedIndicatorLight(identifier, arg, 0.3, nil, category, description, attributes)
end

function Module:defineFloat(identifier, arg, limits, category, description)
  local function position(dev0)
    return (dev0:get_argument_value(arg) - limits[1]) / (limits[2] - limits[1]) * 65535
  end
  self:defineInteger(identifier, "analog_gauge", 65535, position, category, description)
end

function Module:defineIntegerFromGetter(identifier, getter, max, category, description)
  self:defineInteger(identifier, "metadata", max, getter, category, description)
end

function Module:defineTumb(
  identifier,
  device,
  command,
  arg,
  step,
  limits,
  category,
  description,
  attributes
)
  local last = math.floor((limits[2] - limits[1]) / step + 0.5)
  local function position(dev0)
    return math.floor((dev0:get_argument_value(arg) - limits[1]) / step + 0.5)
  end
  self:defineInteger(identifier, "selector", last, position, category, description, attributes)
  self:addInputProcessor(identifier, function(message)
    local wanted = tonumber(message)
    if message == "INC" then
      wanted = position(GetDevice(0)) + 1
    elseif message == "DEC" then
      wanted = position(GetDevice(0)) - 1
    end
    if wanted then
      wanted = math.max(0, math.min(wanted, last))
      GetDevice(device):performClickableAction(command, limits[1] + wanted * step)
    end
  end)
end

function Module:defineToggleSwitch(
  identifier,
  device,
  command,
  arg,
  category,
  description,
  attributes
)
  self:defineTumb(identifier, device, command, arg, 1, { 0, 1 }, category, description, attributes)
end

function Module:definePushButton(identifier, device, command, arg, category, description)
  self:defineToggleSwitch(identifier, device, command, arg, category, description)
end

return Module
