--- What the hook state does over its link: the aircraft, args, actions. Pure.

local load = ...
local json = load("json")
local Actions = load("actions")
local Aircraft = load("aircraft")
local Args = load("args")

local match, tonumber, pcall = string.match, tonumber, pcall

--- Numbers of devices, commands and args have to fit the sim's own integers.
local NUMBER_MAX = 2147483647

local Cockpit = {}
Cockpit.__index = Cockpit

--- `sim`: `get_device(number)`, `self_data()`, `unit_type()`.
function Cockpit.new(sim, settings)
  return setmetatable({
    sim = sim,
    aircraft = Aircraft.new(sim, settings.aircraft_checks_per_second),
    actions = Actions.new(sim.get_device),
    args = Args.new(),
  }, Cockpit)
end

local function integer(text)
  local number = tonumber(text)
  if number and number <= NUMBER_MAX and number >= -NUMBER_MAX then
    return number
  end
end

local function act(self, line, sender)
  local device, command, value, ticket = match(line, "^1 (%-?%d+) (%-?%d+) (%-?[%d.]+) (%d+)$")
  device, command, value = integer(device), integer(command), tonumber(value)
  if not (device and command and value) then
    sender:put(json.error("not an action: " .. line, tonumber(ticket)))
    return
  end
  local reason = self.actions:add(device, command, value, tonumber(ticket))
  if reason then
    sender:put(json.error(reason, tonumber(ticket)))
  end
end

local function watch(self, line)
  local arg, rate = match(line, "^2 (%d+) ([%d.]+)$")
  arg, rate = integer(arg), tonumber(rate)
  if not (arg and rate) then
    return "not a watch: " .. line
  end
  return self.args:watch(arg, rate)
end

local function elsewhere(_, line, sender)
  local ticket = match(line, "^4 (%d+)")
  local reason = "the hook state has no indicators: ask the export state"
  sender:put(json.error(reason, tonumber(ticket)))
end

--- All before this line has been read; its actions are performed in this frame.
local function mark(_, line, sender)
  local number = match(line, "^5 (%d+)$")
  if not number then
    return "not a mark: " .. line
  end
  sender:put('{"reached":' .. number .. "}\n")
end

--- Marks are answered, which `hello` says.
Cockpit.marks = true

--- What the server's lines ask for, by their first digit.
-- Each is given the line and the sender, and returns why it cannot be done, unless it
-- has answered itself.
Cockpit.commands =
  { ["1"] = act, ["2"] = watch, ["3"] = elsewhere, ["4"] = elsewhere, ["5"] = mark }

local function panel(get_device)
  local device = get_device(0)
  if not device then
    return nil
  end
  local update = device.update_arguments
  if update then
    update(device)
  end
  return device, device.get_argument_value
end

local function read_args(self, now, sender)
  local ok, device, get = pcall(panel, self.sim.get_device)
  if ok and get then
    self.args:read(now, device, get, sender)
  end
end

--- One frame. With `free` false bytes of an earlier frame wait: nothing is read.
function Cockpit:frame(now, sender, free)
  local aircraft = self.aircraft
  if free and now >= aircraft.check_at and aircraft:step(now, sender) then
    self.args:forget()
  end
  if self.actions.waiting > 0 then
    self.actions:step(aircraft.said ~= nil, sender)
  end
  if free and now >= self.args.due and aircraft.said ~= nil then
    read_args(self, now, sender)
  end
end

--- A server has linked itself.
function Cockpit:opened()
  self.aircraft:forget()
end

--- The link is over.
function Cockpit:closed()
  self.actions:clear()
  self.args:clear()
end

--- Values that were no finite numbers since this was last called.
function Cockpit:take_bad_values()
  local bad = self.args.bad_values
  self.args.bad_values = 0
  return bad
end

return Cockpit
