module("Module", package.seeall)

local MemoryAllocation = require("Scripts.DCS-BIOS.lib.modules.memory_map.MemoryAllocation")
local StringAllocation = require("Scripts.DCS-BIOS.lib.modules.memory_map.StringAllocation")

local Map = {}
Map.__index = Map

function Map:clearValues()
  for _, entry in pairs(self.entries) do
    if entry.allocation then
      entry.allocation.value = nil
    end
  end
end

local Entry = {}
Entry.__index = Entry

function Entry:getValue()
  return self.allocation.value or 0
end

local Module = { runs = 0 }
Module.__index = Module

function Module:new(name, base, aircraft)
  local map = setmetatable({ entries = {}, next = base }, Map)
  local own = {
    name = name,
    aircraftList = aircraft,
    exportHooks = {},
    inputProcessors = {},
    memoryMap = map,
  }
  return setmetatable(own, self)
end

function Module:addExportHook(hook)
  table.insert(self.exportHooks, hook)
end

function Module:addInputProcessor(identifier, processor)
  self.inputProcessors[identifier] = processor
end

function Module:allocate()
  local map = self.memoryMap
  local entry = setmetatable({ address = map.next, dirty = false }, Entry)
  map.entries[map.next] = entry
  map.next = map.next + 2
  return MemoryAllocation:new(entry)
end

function Module:number(_, getter)
  local allocation = self:allocate()
  self:addExportHook(function(dev0)
    allocation:setValue(getter(dev0))
  end)
end

function Module:defineGauge(arg)
  local allocation = self:allocate()
  self:addExportHook(function(dev0)
    Module.runs = Module.runs + 1
    allocation:setValue(dev0:get_argument_value(arg) * 65535)
  end)
end

function Module:defineFailing()
  self:addExportHook(function()
    error("failing")
  end)
end

function Module:defineRuns(getter)
  self:number(65535, function()
    return Module.runs + getter()
  end)
end

function Module:text(length, getter)
  local allocations = {}
  for index = 1, length / 2 do
    allocations[index] = self:allocate()
  end
  local allocation = StringAllocation:new(allocations, length)
  self:addExportHook(function()
    allocation:setValue(getter())
  end)
end

return Module
