--- The role of the hook state: reports the aircraft and args, performs actions. Pure.

local load = ...
local Actions = load("actions")
local Aircraft = load("aircraft")
local Args = load("args")
local is_cold = load("cold")
local text = load("text")

local match, format, tonumber, tostring, pcall =
  string.match, string.format, tonumber, tostring, pcall

--- The largest number of a device, command or arg: the sim's integers have 32 bits.
local NUMBER_MAX = 2147483647

local Cockpit = {}
Cockpit.__index = Cockpit

--- `sim`: `get_device(number)`, `self_data()`, `unit_type()`, and what `cold.lua` needs.
-- `clock()` returns seconds.
function Cockpit.new(sim, settings, clock)
  return setmetatable({
    sim = sim,
    aircraft = Aircraft.new(sim, settings.aircraft_checks_per_second, clock),
    actions = Actions.new(sim.get_device),
    args = Args.new(),
  }, Cockpit)
end

local function integer(digits)
  local number = tonumber(digits)
  if number and number <= NUMBER_MAX and number >= -NUMBER_MAX then
    return number
  end
end

local function act(self, line)
  local device, command, value, ticket = match(line, "^1 (%-?%d+) (%-?%d+) (%-?[%d.]+) (%d+)$")
  device, command, value = integer(device), integer(command), tonumber(value)
  if not (device and command and value) then
    return "not an action: " .. text.of(line), tonumber(ticket)
  end
  return self.actions:add(device, command, value, tonumber(ticket)), tonumber(ticket)
end

local function watch(self, line)
  local arg, rate = match(line, "^2 (%d+) ([%d.]+)$")
  arg, rate = integer(arg), tonumber(rate)
  if not (arg and rate) then
    return "not a watch: " .. text.of(line)
  end
  return self.args:watch(arg, rate)
end

local function refuse(_, line)
  local ticket = match(line, "^4 (%d+)")
  return "the hook state has no indicators: send this to the export state", tonumber(ticket)
end

local function refuse_telemetry()
  return "the hook state has no telemetry: send this to the export state"
end

--- Answers a mark when all lines before it have been carried out.
local function mark(self, line)
  local number = match(line, "^5 (%d+)$")
  if not number then
    return "not a mark: " .. text.of(line)
  end
  return self.actions:add_mark('{"reached":' .. number .. "}\n")
end

--- Answers whether the aircraft is cold, and when it appeared. `null` stands for a value that the
-- sim does not provide.
local function send_cold(self, line, sender)
  local ticket = match(line, "^6 (%d+)$")
  if not ticket then
    return "not a question: " .. text.of(line)
  end
  local aircraft, cold, since = self.aircraft, nil, "null"
  if aircraft.sent and aircraft.appeared_at then
    cold, since = is_cold(self.sim), format("%.3f", aircraft.appeared_at)
  end
  local cold_text = cold == nil and "null" or tostring(cold)
  sender:put('{"cold":' .. cold_text .. ',"since":' .. since .. ',"ticket":' .. ticket .. "}\n")
end

--- True because this state can tell whether the aircraft is cold; the hello announces it.
Cockpit.tells_cold = true

--- True because this state answers marks; the hello announces it.
Cockpit.marks = true

--- The functions that execute the server's lines, by the first digit of the line. Each takes the
-- line and the sender. If the line cannot be executed, it returns the reason and the ticket, if the
-- line has one.
Cockpit.commands = {
  ["1"] = act,
  ["2"] = watch,
  ["3"] = refuse,
  ["4"] = refuse,
  ["5"] = mark,
  ["6"] = send_cold,
  ["7"] = refuse_telemetry,
}

--- Returns the main panel and its method that reads an arg. May raise an error.
local function main_panel(get_device)
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

local function read_args(self, now, sender, budget)
  local ok, device, get = pcall(main_panel, self.sim.get_device)
  if ok and get then
    self.args:read(now, device, get, sender, budget)
  end
end

--- Runs once per frame while linked. `can_send` is false while bytes of an earlier frame wait to be
-- sent; then nothing is read.
function Cockpit:frame(now, sender, budget, can_send)
  local aircraft = self.aircraft
  if can_send and now >= aircraft.check_at and aircraft:check(now, sender) then
    self.args:restart()
  end
  if self.actions.waiting > 0 then
    self.actions:perform(aircraft.sent ~= nil, sender, budget)
  end
  if can_send and now >= self.args.due and aircraft.sent ~= nil then
    read_args(self, now, sender, budget)
  end
end

--- Called when a server has linked.
function Cockpit:opened()
  self.aircraft:reset()
end

--- Called when the link has ended. Discards everything that the server requested.
function Cockpit:closed()
  self.actions:clear()
  self.args:clear()
end

--- Returns the number of values since the last call that were not finite numbers.
function Cockpit:take_bad_values()
  local bad = self.args.bad_values
  self.args.bad_values = 0
  return bad
end

return Cockpit
