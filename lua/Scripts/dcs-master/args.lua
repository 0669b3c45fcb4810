--- The watched args: reads them in groups of equal rate and writes what changed.
-- Pure: the device is an argument. This is the hot loop of the scripts.

local sub, format, type, pcall = string.sub, string.format, type, pcall

--- Args that may be watched at once.
local ARGS_MAX = 16384

--- Stands for "not sent yet": unlike any value.
local UNSENT = false

local Args = {}
Args.__index = Args

function Args.new()
  return setmetatable({
    groups = {},
    group_of = {},
    index_of = {},
    total = 0,
    due = math.huge, -- when the first group is to be read
    bad_values = 0,
  }, Args)
end

local function find_group(self, rate)
  for _, group in ipairs(self.groups) do
    if group.rate == rate then
      return group
    end
  end
end

local function remove_group(self, group)
  for i, other in ipairs(self.groups) do
    if other == group then
      table.remove(self.groups, i)
      return
    end
  end
end

local function add(self, arg, rate)
  local group = find_group(self, rate)
  if not group then
    local period = 1 / rate
    group = { rate = rate, period = period, slack = period / 8, slot = 0, due = 0 }
    group.count, group.args, group.sent, group.forms = 0, {}, {}, {}
    self.groups[#self.groups + 1] = group
  end
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

local function remove(self, arg)
  local group = self.group_of[arg]
  local i, last = self.index_of[arg], group.count
  self.index_of[group.args[last]] = i
  for _, list in ipairs({ group.args, group.sent, group.forms }) do
    list[i] = list[last]
    list[last] = nil
  end
  group.count = last - 1
  self.group_of[arg], self.index_of[arg] = nil, nil
  self.total = self.total - 1
  if group.count == 0 then
    remove_group(self, group)
  end
end

--- Reads `arg` up to `rate` times a second from now on, 0 ends it. Its value is sent
-- once more in any case. Returns the reason when that is not possible.
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
  group.slot, group.due, self.due = 0, 0, 0
  return nil
end

-- Where the pieces of this frame end; here, because what was written before a
-- device raised is still to be sent.
local count = 0

--- Reads all args of the group; what changed goes to `parts` behind `count`.
-- Returns how many values were not finite numbers.
local function read_group(group, device, get, parts)
  local args, sent, forms = group.args, group.sent, group.forms
  local bad = 0
  for i = 1, group.count do
    local value = get(device, args[i])
    if value ~= sent[i] then
      -- NaN and the infinities leave NaN when taken from themselves.
      if type(value) == "number" and value - value == 0 then
        sent[i] = value
        count = count + 1
        parts[count] = format(forms[i], value)
      else
        bad = bad + 1
      end
    end
  end
  return bad
end

--- An arg that raises counts as bad and keeps none of the others from being read.
local function read_guarded(self, group, device, get, parts)
  local ok, bad = pcall(read_group, group, device, get, parts)
  if not ok then
    bad = read_group(group, device, function(_, arg)
      local fine, value = pcall(get, device, arg)
      return fine and value or nil
    end, parts)
  end
  self.bad_values = self.bad_values + bad
end

--- Sets the time of the next reading: on average `rate` a second, no burst after a gap.
-- A frame that comes a little early counts, or else frames that follow each other at
-- about the group's own rate would be skipped now and then.
local function schedule(group, now)
  local slot = group.slot + group.period
  if slot <= now then
    slot = now + group.period
  end
  group.slot = slot
  group.due = slot - group.slack
end

--- Reads the groups that are due from `device` with its method `get` and puts one
-- line with what changed into `sender`.
function Args:read(now, device, get, sender)
  local groups, parts, first = self.groups, sender.parts, sender.count + 1
  local next_due = math.huge
  count = sender.count
  for i = 1, #groups do
    local group = groups[i]
    if now >= group.due then
      schedule(group, now)
      read_guarded(self, group, device, get, parts)
    end
    if group.due < next_due then
      next_due = group.due
    end
  end
  self.due = next_due
  if count >= first then
    -- The first value has no comma before it but the line's beginning.
    parts[first] = '{"args":{' .. sub(parts[first], 2)
    count = count + 1
    parts[count] = "}}\n"
    sender.count = count
  end
end

--- Another aircraft: every value is sent again, at once.
function Args:forget()
  self.due = 0
  for _, group in ipairs(self.groups) do
    group.slot, group.due = 0, 0
    for i = 1, group.count do
      group.sent[i] = UNSENT
    end
  end
end

--- Watches nothing any more.
function Args:clear()
  self.groups, self.group_of, self.index_of, self.total = {}, {}, {}, 0
  self.due = math.huge
end

return Args
