module("MemoryAllocation", package.seeall)

local MemoryAllocation = {}
MemoryAllocation.__index = MemoryAllocation

function MemoryAllocation:new(entry)
  local allocation = setmetatable({ memoryMapEntry = entry }, self)
  entry.allocation = allocation
  return allocation
end

function MemoryAllocation:setValue(value)
  value = value and math.floor(value)
  if value and value ~= self.value then
    self.value = value
    self.memoryMapEntry.dirty = true
  end
end

return MemoryAllocation
