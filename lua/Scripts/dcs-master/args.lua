--- Reads the watched args, in groups of equal rate, and writes the values that changed. Pure: the
-- device is an argument. This is the hot loop of the scripts.
--
-- A pass reads all args of one group. If the frame's budget is spent before the pass is complete,
-- the next frame continues it before it reads any other group. The groups are read in turn, so
-- none is left out, however many args are watched.

local load = ...
local schedule = load("schedule")

local sub, format, type, pcall = string.sub, string.format, type, pcall
local floor, min = math.floor, math.min
local advance = schedule.advance

--- The most args that may be watched.
local ARGS_MAX = 16384
--- The most args read between two checks of the budget.
local SLICE_MAX = 512
--- The cost, in readings, of formatting and sending a value, of a reading under pcall, of a group
-- that is due, and of a group that is not. Measured with `scripts/bench-frame`.
local CHANGE_COST, GUARD_COST, PASS_COST, SKIP_COST = 12, 6, 8, 1

--- Means "not sent yet". It differs from every number.
local UNSENT = false

local Args = {}
Args.__index = Args

function Args.new()
  local args = setmetatable({ bad_values = 0 }, Args)
  args:clear()
  return args
end

--- Ends all watches.
function Args:clear()
  self.groups, self.group_at = {}, {} -- as a list, and by rate
  self.group_of, self.index_of, self.total = {}, {}, 0 -- by arg
  self.turn = 1 -- the group whose turn it is
  self.due = math.huge -- when the next group is due
end

-- Watching -------------------------------------------------------------------

local function new_group(self, rate)
  local group = schedule.new_group(rate)
  group.resend = false -- whether the pass sends unchanged values too
  group.count = 0
  group.args, group.sent, group.forms = {}, {}, {}
  group.index = #self.groups + 1
  self.groups[group.index] = group
  self.group_at[rate] = group
  return group
end

local function remove_group(self, group)
  local groups = self.groups
  local last = groups[#groups]
  groups[group.index], last.index = last, group.index
  groups[#groups] = nil
  self.group_at[group.rate] = nil
  if self.turn > #groups then
    self.turn = 1
  end
end

--- Makes the group due now.
local function make_due(self, group)
  schedule.make_due(group)
  self.due = 0
end

local function add(self, arg, rate)
  local group = self.group_at[rate] or new_group(self, rate)
  local i = group.count + 1
  group.count = i
  group.args[i] = arg
  group.sent[i] = UNSENT
  -- Nine significant digits tell single-precision values apart.
  group.forms[i] = format(',"%d":%%.9g', arg)
  self.group_of[arg], self.index_of[arg] = group, i
  self.total = self.total + 1
  return group
end

local function move_last(list, last, to)
  list[to] = list[last]
  list[last] = nil
end

local function remove(self, arg)
  local group = self.group_of[arg]
  local i, last = self.index_of[arg], group.count
  if i < group.next and last >= group.next then
    -- The last arg, which this pass has not read yet, moves to an index that the pass has left
    -- behind.
    if group.resend then
      group.sent[last] = UNSENT
    end
    make_due(self, group)
  end
  self.index_of[group.args[last]] = i
  self.index_of[arg], self.group_of[arg] = nil, nil
  move_last(group.args, last, i)
  move_last(group.sent, last, i)
  move_last(group.forms, last, i)
  group.count = last - 1
  self.total = self.total - 1
  if group.count == 0 then
    remove_group(self, group)
  end
end

--- Watches `arg` at up to `rate` readings a second, and sends its value once even if it has not
-- changed; a rate of 0 ends the watch. Returns the reason if the arg cannot be watched.
function Args:watch(arg, rate)
  local group = self.group_of[arg]
  if group and group.rate ~= rate then
    remove(self, arg)
    group = nil
  end
  if rate == 0 then
    return nil
  end
  if not group then
    if self.total >= ARGS_MAX then
      return format("arg %d not watched: %d args are watched already", arg, ARGS_MAX)
    end
    group = add(self, arg, rate)
  end
  group.sent[self.index_of[arg]] = UNSENT
  make_due(self, group)
  return nil
end

-- Reading --------------------------------------------------------------------

-- The counts of the current frame. They are not local to `read_slice`: when the device raises an
-- error, it cannot return them, and the values that it read before are still sent.
local count = 0 -- the pieces written
local bad = 0 -- values that were not finite numbers

--- Reads the args `from` to `to`. Stops when `count` reaches `count_max` and returns the index of
-- the last arg read, or nil when all were read.
local function read_slice(group, from, to, count_max, device, get, parts)
  local args, sent, forms = group.args, group.sent, group.forms
  for i = from, to do
    local value = get(device, args[i])
    if value ~= sent[i] then
      -- NaN and the infinities leave NaN when subtracted from themselves.
      if type(value) == "number" and value - value == 0 then
        sent[i] = value
        count = count + 1
        parts[count] = format(forms[i], value)
        if count >= count_max then
          return i
        end
      else
        bad = bad + 1
      end
    end
  end
end

--- Returns a version of `get` that returns nil instead of raising an error. Nil counts as a bad
-- value.
local function guarded(get)
  return function(device, arg)
    local ok, value = pcall(get, device, arg)
    return ok and value or nil
  end
end

local function forget_slice(group, from, to)
  local sent = group.sent
  for i = from, to do
    sent[i] = UNSENT
  end
end

--- Continues the group's pass while readings are left, and returns how many are left. If reading
-- an arg raises an error, the others are still read.
local function read_group(group, left, device, get, parts)
  while group.next <= group.count and left > 0 do
    local from, to = group.next, group.count
    local written, bad_before = count, bad
    local most = left < SLICE_MAX and left or SLICE_MAX
    if to >= from + most then
      to = from + most - 1
    end
    if group.resend then
      forget_slice(group, from, to)
    end
    local count_max = count + left / CHANGE_COST
    local ok, last = pcall(read_slice, group, from, to, count_max, device, get, parts)
    if not ok then
      bad = bad_before
      to = min(to, from + floor(left / GUARD_COST))
      last = read_slice(group, from, to, count_max, device, guarded(get), parts)
      left = left - (to - from + 1) * GUARD_COST
    end
    group.next = (last or to) + 1
    left = left - (group.next - from) - (count - written) * CHANGE_COST
  end
  if group.next > group.count then
    group.next = 1
    group.resend = false
  end
  return left
end

--- Reads the groups that are due, in turn, until `left` readings are spent. Returns how many are
-- left; 0 or less means that there was more to read.
local function read_groups(self, now, left, device, get, parts)
  local groups, turn, next_due = self.groups, self.turn, math.huge
  local total = #groups
  for _ = 1, total do
    if left <= 0 then
      self.turn = turn
      return left
    end
    local group = groups[turn]
    if group.next > 1 or now >= group.due then
      if group.next == 1 then
        advance(group, now)
      end
      left = read_group(group, left, device, get, parts) - PASS_COST
      if group.next > 1 then
        self.turn = turn
        return left
      end
    else
      left = left - SKIP_COST
    end
    if group.due < next_due then
      next_due = group.due
    end
    turn = turn % total + 1
  end
  self.due = next_due
  return left
end

--- Reads the args that are due from `device` with its method `get`, as many as the budget allows,
-- and adds one line with the values that changed to `sender`.
function Args:read(now, device, get, sender, budget)
  local parts, first = sender.parts, sender.count + 1
  local allowed = budget:readings_left()
  count, bad, self.due = sender.count, 0, 0
  budget:charge_readings(allowed - read_groups(self, now, allowed, device, get, parts))
  self.bad_values = self.bad_values + bad
  if self.due == 0 then
    budget:defer()
  end
  if count >= first then
    -- The start of the line replaces the comma of the first value.
    parts[first] = '{"args":{' .. sub(parts[first], 2)
    count = count + 1
    parts[count] = "}}\n"
    sender.count = count
  end
end

--- Restarts all passes and sends all values again: another aircraft is controlled.
function Args:restart()
  self.due = 0
  for _, group in ipairs(self.groups) do
    schedule.make_due(group)
    group.next, group.resend = 1, true
  end
end

return Args
