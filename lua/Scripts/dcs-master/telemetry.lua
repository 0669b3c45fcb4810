--- Reads the watched fields of telemetry, in groups of equal rate, and sends those that changed,
-- all of a frame in one line. Pure: the sim's functions are arguments.
--
-- A function of the sim is called at most once in a frame, however many of its fields are watched.
-- A field without a number is sent as null, once. The aircraft may lack that part, or be destroyed.

local load = ...
local fields = load("telemetry_fields")
local schedule = load("schedule")
local sim_figure = load("sim_figure")

local sub, format, pcall, type = string.sub, string.format, pcall, type
local advance, read_due, pick = schedule.advance, schedule.read_due, sim_figure.pick

--- The cost, in readings of an arg, of reading a field, and of formatting and sending a value.
-- Measured with `scripts/bench-frame`.
local FIELD_COST, CHANGE_COST = 10, 12

--- Mean "not sent yet" and "the sim provides no number". They differ from every number.
local UNSENT, MISSING = {}, {}

local Telemetry = {}
Telemetry.__index = Telemetry

--- The number of fields, which is also the number of the last one.
Telemetry.FIELDS = #fields

--- `sim`: `export_allowed()` and `find(name)`, which returns a function of the sim or nil. Each may
-- raise an error or return anything.
function Telemetry.new(sim)
  local telemetry = setmetatable({ sim = sim, bad_values = 0 }, Telemetry)
  telemetry:clear()
  return telemetry
end

--- Ends all watches.
function Telemetry:clear()
  self.groups = {} -- by place, those of each rate
  self.group_of = {} -- by field
  self.calls = {} -- the functions of the sim and their newest results, by name
  self.turn = 1 -- the group whose turn it is
  self.frame = 0 -- counts the frames in which something is read
  self.due = math.huge -- when the next group is due
  self.is_refusal_sent = false -- whether the server knows that the sim refuses the export
end

-- Watching -------------------------------------------------------------------

--- Returns the call with that name. The function is looked up when the first of its fields is
-- watched.
local function call_of(self, name)
  local call = self.calls[name]
  if not call then
    local ok, of = pcall(self.sim.find, name)
    call = { of = ok and of or nil, frame = 0 }
    self.calls[name] = call
  end
  return call
end

local function group_at(self, rate)
  for _, group in ipairs(self.groups) do
    if group.rate == rate then
      return group
    end
  end
  local group = schedule.new_group(rate)
  group.watches = {}
  self.groups[#self.groups + 1] = group
  return group
end

local function place_of(list, is_meant)
  for i, item in ipairs(list) do
    if is_meant(item) then
      return i
    end
  end
end

local function remove(self, field)
  local group = self.group_of[field]
  if not group then
    return
  end
  self.group_of[field] = nil
  local place = place_of(group.watches, function(watch)
    return watch.field == field
  end)
  table.remove(group.watches, place)
  if place < group.next then
    group.next = math.max(1, group.next - 1)
  end
  if not group.watches[1] then
    local index = place_of(self.groups, function(other)
      return other == group
    end)
    table.remove(self.groups, index)
    self.turn = 1
    self.due = self.groups[1] and self.due or math.huge
  end
end

--- Watches a field at up to `rate` readings a second, and sends its value once even if it has not
-- changed; a rate of 0 ends the watch. Returns the reason if the field cannot be watched.
function Telemetry:watch(field, rate)
  local text = fields[field]
  if not text then
    return format("no field %d: these scripts know those from 1 to %d", field, #fields)
  end
  remove(self, field)
  if rate == 0 then
    return nil
  end
  local figure = sim_figure.parse(text)
  local group = group_at(self, rate)
  group.watches[#group.watches + 1] = {
    field = field,
    figure = figure,
    call = call_of(self, figure.call),
    -- A longitude with seven decimals, which is a centimetre, has ten digits.
    form = format(',"%d":%%.10g', field),
    sent = UNSENT,
  }
  self.group_of[field] = group
  self.is_refusal_sent = false
  schedule.make_due(group)
  self.due = 0
  return nil
end

-- Reading --------------------------------------------------------------------

--- Returns the number of a watch. Calls the sim's function unless another field has called it in
-- this frame. May raise an error or return anything.
local function value_of(watch, frame)
  local call = watch.call
  if call.frame ~= frame then
    call.frame = frame
    call[1], call[2], call[3] = nil, nil, nil
    call[1], call[2], call[3] = call.of()
  end
  return pick(watch.figure, call)
end

--- Returns the text to send for a watch, or nil when its value has not changed.
local function read_watch(self, watch)
  local ok, value = pcall(value_of, watch, self.frame)
  if not ok or type(value) ~= "number" then
    value = MISSING
  elseif value - value ~= 0 then
    -- NaN or infinite.
    self.bad_values = self.bad_values + 1
    return nil
  end
  if value == watch.sent then
    return nil
  end
  watch.sent = value
  return value == MISSING and format(',"%d":null', watch.field) or format(watch.form, value)
end

--- Continues the group's pass while the budget has readings left. Returns how many are left.
local function read_group(self, group, left, sender)
  local watches, place = group.watches, group.next
  local watch = watches[place]
  while left > 0 and watch do
    local text = read_watch(self, watch)
    left = left - FIELD_COST
    if text then
      sender:put(text)
      left = left - CHANGE_COST
    end
    place = place + 1
    watch = watches[place]
  end
  group.next = watch and place or 1
  return left
end

--- Returns whether the sim refuses the export of the own aircraft, as a multiplayer server can
-- demand.
local function is_refused(self)
  local ok, allowed = pcall(self.sim.export_allowed)
  return ok and allowed == false
end

--- Tells the server once that the sim refuses the export. When it allows it again, all values are
-- sent again. Asks again after the shortest period of the watches.
local function refuse(self, now, sender)
  local next_due = math.huge
  for _, group in ipairs(self.groups) do
    group.next = 1
    advance(group, now)
    next_due = math.min(next_due, group.due)
    for _, watch in ipairs(group.watches) do
      watch.sent = UNSENT
    end
  end
  self.due = next_due
  if not self.is_refusal_sent then
    self.is_refusal_sent = true
    sender:put('{"telemetry":null}\n')
  end
end

--- Reads the fields that are due, as many as the budget allows, and adds one line with the values
-- that changed to `sender`. To be called from the time `due` on.
function Telemetry:read(now, sender, budget)
  if is_refused(self) then
    refuse(self, now, sender)
    return
  end
  self.is_refusal_sent = false
  self.frame = self.frame + 1
  self.due = 0
  local parts, first, allowed = sender.parts, sender.count + 1, budget:readings_left()
  local left = read_due(self, self.groups, read_group, now, allowed, sender)
  budget:charge_readings(allowed - left)
  if self.due == 0 then
    budget:defer()
  end
  if sender.count >= first then
    -- The start of the line replaces the comma of the first value.
    parts[first] = '{"telemetry":{' .. sub(parts[first], 2)
    sender:put("}}\n")
  end
end

return Telemetry
