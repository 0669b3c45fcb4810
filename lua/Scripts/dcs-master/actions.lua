--- Actions on devices: first in, first out, one per device and command in a frame.
-- Pure: how to reach a device is an argument.

local load = ...
local json = load("json")

--- Actions that may wait; more are refused.
local WAITING_MAX = 4096
--- Actions performed in one frame at most, so that a flood cannot hold up the sim.
local PER_FRAME_MAX = 256

local Actions = {}
Actions.__index = Actions

--- `get_device(number)` may raise or return anything.
function Actions.new(get_device)
  return setmetatable({ get_device = get_device, queue = {}, first = 1, waiting = 0 }, Actions)
end

--- Takes an action; returns the reason when it cannot.
function Actions:add(device, command, value, ticket)
  if self.waiting >= WAITING_MAX then
    return WAITING_MAX .. " actions are waiting already"
  end
  self.queue[self.first + self.waiting] =
    { device = device, command = command, value = value, ticket = ticket }
  self.waiting = self.waiting + 1
  return nil
end

local function method_of(device, name)
  return device[name]
end

--- Performs one action; returns the reason when it failed.
local function perform(get_device, action)
  local reached, device = pcall(get_device, action.device)
  if not reached then
    return "device " .. action.device .. ": " .. tostring(device)
  end
  local found, method = pcall(method_of, device, "performClickableAction")
  if not found or not method then
    return "no device " .. action.device
  end
  local ok, reason = pcall(method, device, action.command, action.value)
  if not ok then
    return "device " .. action.device .. " command " .. action.command .. ": " .. tostring(reason)
  end
end

-- Two different actions with the same key would only wait for each other.
local function key_of(action)
  return action.device * 4294967296 + action.command
end

--- Performs what may be performed in this frame. The sim drops the second action on
-- the same device and command within a frame: it waits for the next one, and all
-- behind it too. `aircraft`: whether there is one to act on.
function Actions:step(aircraft, sender)
  local done = {}
  for _ = 1, PER_FRAME_MAX do
    local action = self.queue[self.first]
    if not action or done[key_of(action)] then
      break
    end
    done[key_of(action)] = true
    self.queue[self.first] = nil
    self.first = self.first + 1
    self.waiting = self.waiting - 1
    local reason = "no aircraft is controlled"
    if aircraft then
      reason = perform(self.get_device, action)
    end
    if reason then
      sender:put(json.error(reason, action.ticket))
    end
  end
end

--- Forgets what waits: whoever asked for it is gone.
function Actions:clear()
  self.queue, self.first, self.waiting = {}, 1, 0
end

return Actions
