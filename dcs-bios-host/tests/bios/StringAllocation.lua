module("StringAllocation", package.seeall)

local StringAllocation = {}
StringAllocation.__index = StringAllocation

function StringAllocation:new(allocations, length)
  local address = allocations[1].memoryMapEntry.address
  return setmetatable({ address = address, maxLength = length, allocations = allocations }, self)
end

function StringAllocation:setValue(text)
  text = (text .. string.rep(" ", self.maxLength)):sub(1, self.maxLength)
  for index, allocation in ipairs(self.allocations) do
    allocation:setValue(text:byte(2 * index - 1) + 256 * text:byte(2 * index))
  end
end

return StringAllocation
