module("StringAllocation", package.seeall)

local StringAllocation = {}
StringAllocation.__index = StringAllocation

function StringAllocation:new(entries, length)
  return setmetatable({ address = entries[1].address, maxLength = length, entries = entries }, self)
end

function StringAllocation:setValue(text)
  text = (text .. string.rep(" ", self.maxLength)):sub(1, self.maxLength)
  for index, entry in ipairs(self.entries) do
    entry:set(text:byte(2 * index - 1) + 256 * text:byte(2 * index))
  end
end

return StringAllocation
