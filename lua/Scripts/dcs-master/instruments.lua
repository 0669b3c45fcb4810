--- The role of the export state: reads texts of indicators, fields of telemetry, and what modules
-- of DCS-BIOS want besides, whose calls it performs. Pure.

local load = ...
local Actions = load("actions")
local calls = load("calls")
local Indicators = load("indicators")
local Readings = load("readings")
local Telemetry = load("telemetry")
local text = load("text")

local match, tonumber = string.match, tonumber

local Instruments = {}
Instruments.__index = Instruments

--- `sim`: what `indicators.lua`, `telemetry.lua`, `readings.lua` and `calls.lua` need.
function Instruments.new(sim, settings)
  return setmetatable({
    sim = sim,
    calls = Actions.new(sim.get_device),
    readings = Readings.new(sim),
    indicators = Indicators.new(sim, settings.indicators_per_frame),
    telemetry = Telemetry.new(sim),
  }, Instruments)
end

local function watch_indicator(self, line)
  return self.indicators:watch(line)
end

local function list_indicators(self, line)
  return self.indicators:request(line)
end

local function watch_field(self, line)
  local field, rate = match(line, "^7 (%d%d?%d?%d?) ([%d.]+)$")
  field, rate = tonumber(field), tonumber(rate)
  if not (field and rate) then
    return "not a watch: " .. text.of(line)
  end
  return self.telemetry:watch(field, rate)
end

local function watch_reading(self, line)
  return self.readings:watch(line)
end

local function perform_call(self, line)
  local call, ticket = calls.of(self.sim, line)
  if not call then
    return "not a call: " .. text.of(line), ticket
  end
  return self.calls:add_call(call), ticket
end

local function refuse(_, line)
  local ticket = match(line, "^1 %S+ %S+ %S+ (%d+)$")
  local reason = "the export state handles neither actions nor args: send this to the hook state"
  return reason, tonumber(ticket)
end

--- The number of fields of telemetry that this state can read; the hello announces it.
Instruments.telemetry_fields = Telemetry.FIELDS

--- The number of export functions that this state can read; the hello announces it.
Instruments.functions = Readings.FUNCTIONS

--- The functions that execute the server's lines: see `cockpit.lua`.
Instruments.commands = {
  ["1"] = refuse,
  ["2"] = refuse,
  ["3"] = watch_indicator,
  ["4"] = list_indicators,
  ["7"] = watch_field,
  ["8"] = watch_reading,
  ["9"] = perform_call,
}

--- Runs once per frame while linked. `can_send` is false while bytes of an earlier frame wait to be
-- sent; then nothing is read.
function Instruments:frame(now, sender, budget, can_send)
  if self.calls.waiting > 0 then
    self.calls:perform(true, sender, budget)
  end
  if not can_send then
    return
  end
  local telemetry = self.telemetry
  if now >= telemetry.due then
    telemetry:read(now, sender, budget)
  end
  local readings = self.readings
  if now >= readings.due then
    readings:read(now, sender, budget)
  end
  self.indicators:read(now, sender)
end

--- Called when a server has linked.
function Instruments:opened()
  self.indicators:start()
end

--- Called when the link has ended. Discards everything that the server requested.
function Instruments:closed()
  self.indicators:clear()
  self.telemetry:clear()
  self.readings:clear()
  self.calls:clear()
end

--- Returns the number of values since the last call that were not finite numbers.
function Instruments:take_bad_values()
  local bad = self.telemetry.bad_values
  self.telemetry.bad_values = 0
  return bad
end

return Instruments
