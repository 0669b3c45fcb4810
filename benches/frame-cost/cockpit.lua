--- A cockpit of Lua tables, whose args change in each frame.

local Cockpit = {}
Cockpit.__index = Cockpit

--- `percent` of the `count` args change each frame.
function Cockpit.new(count, percent)
  local values = {}
  for i = 1, count do
    values[i] = 0
  end
  local device = { values = values }
  function device.get_argument_value(_, number)
    return values[number]
  end
  function device.update_arguments() end
  function device.performClickableAction() end
  return setmetatable({ device = device, count = count, percent = percent, step = 0 }, Cockpit)
end

function Cockpit:advance()
  local changing = math.floor(self.count * self.percent / 100)
  for _ = 1, changing do
    self.step = self.step + 1
    self.device.values[self.step % self.count + 1] = (self.step * 7919 % 65521) / 65536
  end
end

return Cockpit
