module("Control", package.seeall)

local Control = {}
Control.__index = Control

function Control:new(category, control_type, identifier, description, outputs, attributes)
  local control = {
    category = category,
    control_type = control_type,
    identifier = identifier,
    description = description,
    outputs = outputs,
  }
  for name, value in pairs(attributes or {}) do
    control[name] = value
  end
  return setmetatable(control, Control)
end

return Control
