--- Reads what modules of DCS-BIOS want besides args and indicators: external draw arguments,
-- frequencies of radios, cockpit parameters, and results of export functions; and whether a
-- DCS-BIOS runs in this state. Values that changed are sent, all of a frame in one line. Pure: the
-- sim's functions are arguments.

local load = ...
local functions = load("functions")
local json = load("json")
local schedule = load("schedule")
local text = load("text")

local format, match, pcall, select, sub, tonumber, type =
  string.format, string.match, pcall, select, string.sub, tonumber, type
local read_due = schedule.read_due

--- The most readings that may be watched, and the most reads of one per second.
local WATCHES_MAX, RATE_MAX = 1024, 60
--- The largest number of a reading: the sim's integers have 32 bits.
local NUMBER_MAX = 2147483647
--- The cost, in readings of an arg, of a reading, and of formatting and sending a value.
local READING_COST, CHANGE_COST = 10, 12

--- The file of DCS-BIOS with its addresses, as it requires it.
local DCS_BIOS_CONFIG = "Scripts.DCS-BIOS.BIOSConfig"
--- The address to which versions before 0.8 send, which have no such file.
local DCS_BIOS_TARGET = "239.255.50.10:5010"

--- Differs from every text of a value.
local UNSENT = false

local Readings = {}
Readings.__index = Readings

--- The number of functions that can be read, which is also the number of the last one.
Readings.FUNCTIONS = #functions

local function read_frequency(sim, device)
  local radio = sim.get_device(device)
  return radio:get_frequency()
end

local function read_draw_argument(sim, number)
  return sim.draw_argument(number)
end

local function read_parameters(sim)
  return sim.cockpit_parameters()
end

--- Returns the results of a call as one list, so that several of them are one value.
local function list(...)
  return { n = select("#", ...), ... }
end

local function read_function(sim, number)
  return list(sim.find(functions[number])())
end

--- Returns the addresses to which a DCS-BIOS sends that Export.lua has loaded; nil without one.
local function read_dcs_bios(sim)
  local config = sim.find("package").loaded[DCS_BIOS_CONFIG]
  if not config then
    return sim.find("BIOS") and { DCS_BIOS_TARGET }
  end
  local targets = {}
  for i, connection in ipairs(config.udp_config) do
    targets[i] = connection.send_address .. ":" .. connection.send_port
  end
  return targets
end

--- How each kind of reading is read, by the number of the kind in the line.
local KINDS = {
  ["1"] = read_draw_argument,
  ["2"] = read_frequency,
  ["3"] = read_parameters,
  ["4"] = read_function,
  ["5"] = read_dcs_bios,
}

--- `sim`: `draw_argument(number)`, `get_device(number)`, `cockpit_parameters()` and `find(name)`,
-- which returns a global. Each may raise an error or return anything.
function Readings.new(sim)
  local readings = setmetatable({ sim = sim }, Readings)
  readings:clear()
  return readings
end

--- Ends all watches.
function Readings:clear()
  self.watches, self.index_of = {}, {} -- as a list, and the places in it by kind and number
  self.turn, self.due = 1, math.huge -- whose turn it is, and when the next is due
end

local function end_watch(self, key)
  local watches, i = self.watches, self.index_of[key]
  if i then
    local last = watches[#watches]
    watches[i], self.index_of[last.key] = last, i
    watches[#watches], self.index_of[key] = nil, nil
    self.turn = 1
  end
end

--- Executes the line of a watch. The value is sent once even if it has not changed; a rate of 0
-- ends the watch. Returns the reason if the line cannot be executed.
function Readings:watch(line)
  local kind, digits, rate = match(line, "^8 (%d) (%d+) ([%d.]+)$")
  local number, read = tonumber(digits), KINDS[kind]
  rate = tonumber(rate)
  if not (read and number and rate and number <= NUMBER_MAX) then
    return "not a watch: " .. text.of(line)
  end
  if kind == "4" and not functions[number] then
    return format("no function %d: these scripts know those from 1 to %d", number, #functions)
  end
  local key = kind .. " " .. digits
  if rate == 0 then
    end_watch(self, key)
    return nil
  end
  local i = self.index_of[key] or #self.watches + 1
  if i > WATCHES_MAX then
    return format("reading %s not watched: %d are watched already", key, WATCHES_MAX)
  end
  local watch = schedule.new_group(math.min(rate, RATE_MAX))
  watch.key, watch.number, watch.read, watch.sent = key, number, read, UNSENT
  self.watches[i], self.index_of[key], self.due = watch, i, 0
end

--- Returns the text of a watch's value. An error of the sim counts as no value.
local function value_of(sim, watch)
  local ok, value = pcall(watch.read, sim, watch.number)
  if not ok then
    return "null"
  elseif type(value) == "table" then
    return json.list(value)
  end
  return json.value(value)
end

--- Reads a watch, and adds its value to `sender` if it has changed. Returns how many of `left`
-- readings are left.
local function read_watch(self, watch, left, sender)
  local value = value_of(self.sim, watch)
  if value == watch.sent then
    return left - READING_COST
  end
  watch.sent = value
  sender:put(',"' .. watch.key .. '":' .. value)
  return left - READING_COST - CHANGE_COST
end

--- Reads the watches that are due, as many as the budget allows, and adds one line with the values
-- that changed to `sender`. To be called from the time `due` on.
function Readings:read(now, sender, budget)
  local parts, first, allowed = sender.parts, sender.count + 1, budget:readings_left()
  self.due = 0
  local left = read_due(self, self.watches, read_watch, now, allowed, sender)
  budget:charge_readings(allowed - left)
  if self.due == 0 then
    budget:defer()
  end
  if sender.count >= first then
    -- The start of the line replaces the comma of the first value.
    parts[first] = '{"readings":{' .. sub(parts[first], 2)
    sender:put("}}\n")
  end
end

return Readings
