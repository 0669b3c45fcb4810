--- A queue of actions on devices: first in, first out, and one per device and command in a frame.
-- A mark in the queue is answered when the actions before it have been performed. Pure: the
-- function that returns a device is an argument.

local load = ...
local json = load("json")
local text = load("text")

--- The most actions and marks in the queue; more are refused.
local QUEUE_MAX = 4096
--- The most actions performed in one frame.
local PER_FRAME_MAX = 256

local Actions = {}
Actions.__index = Actions

--- `get_device(number)` may raise an error or return anything.
function Actions.new(get_device)
  return setmetatable({ get_device = get_device, queue = {}, first = 1, waiting = 0 }, Actions)
end

local function add(self, entry)
  if self.waiting >= QUEUE_MAX then
    return QUEUE_MAX .. " actions are waiting already"
  end
  self.queue[self.first + self.waiting] = entry
  self.waiting = self.waiting + 1
  return nil
end

--- Queues an action. Returns the reason if it is refused.
function Actions:add(device, command, value, ticket)
  return add(self, { device = device, command = command, value = value, ticket = ticket })
end

--- Queues a call of `calls.lua`. Returns the reason if it is refused.
function Actions:add_call(call)
  return add(self, call)
end

--- Queues the answer to a mark. Returns the reason if it is refused.
function Actions:add_mark(answer)
  return add(self, { mark = answer })
end

local function method_of(device, name)
  return device[name]
end

--- Performs one action. Returns the reason if it fails.
local function perform(get_device, action)
  if action.run then
    local ok, reason = pcall(action.run)
    return not ok and text.of(reason) or nil
  end
  local reached, device = pcall(get_device, action.device)
  if not reached then
    return "device " .. action.device .. ": " .. text.of(device)
  end
  local found, method = pcall(method_of, device, "performClickableAction")
  if not found or not method then
    return "no device " .. action.device
  end
  local ok, reason = pcall(method, device, action.command, action.value)
  if not ok then
    return "device " .. action.device .. " command " .. action.command .. ": " .. text.of(reason)
  end
end

--- Returns a key for the device and command. Should two actions ever share a key by accident, one
-- would wait for the next frame, which does no harm.
local function key_of(action)
  return action.device * 4294967296 + action.command
end

local function take_first(self)
  self.queue[self.first] = nil
  self.first = self.first + 1
  self.waiting = self.waiting - 1
end

--- Performs as many actions as this frame allows. The sim drops the second action on the same
-- device and command within a frame, so such an action waits for the next frame, together with all
-- that follow it. `has_aircraft`: whether an aircraft is controlled.
function Actions:perform(has_aircraft, sender, budget)
  local acted = {}
  local most, count = math.min(PER_FRAME_MAX, budget:actions_left()), 0
  local entry = self.queue[self.first]
  while entry and (entry.mark or (count < most and not acted[key_of(entry)])) do
    take_first(self)
    if entry.mark then
      sender:put(entry.mark)
    else
      acted[key_of(entry)] = true
      count = count + 1
      local reason = has_aircraft and perform(self.get_device, entry)
      if reason or not has_aircraft then
        sender:put(json.error(reason or "no aircraft is controlled", entry.ticket))
      end
    end
    entry = self.queue[self.first]
  end
  budget:charge_actions(count)
  if entry and count == most then
    budget:defer()
  end
end

--- Discards the queue: the server that sent the actions is gone.
function Actions:clear()
  self.queue, self.first, self.waiting = {}, 1, 0
end

return Actions
