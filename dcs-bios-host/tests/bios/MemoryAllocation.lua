module("MemoryAllocation", package.seeall)

local MemoryAllocation = {}
MemoryAllocation.__index = MemoryAllocation

function MemoryAllocation:new(entry)
  return setmetatable({ entry = entry }, self)
end

function MemoryAllocation:setValue(value)
  if value then
    self.entry:set(value)
  end
end

return MemoryAllocation
