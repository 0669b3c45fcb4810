--- Plans the passes of groups of readings, each with a rate of its own. Pure: the time is an
-- argument.

local schedule = {}

--- Returns a group that is due at once. `slot` is the time planned for the next pass, `due` the
-- earliest time of that pass, and `next` the place to go on: above 1, a pass is in progress.
function schedule.new_group(rate)
  local period = 1 / rate
  return { rate = rate, period = period, slack = period / 8, slot = 0, due = 0, next = 1 }
end

--- Makes the group due now.
function schedule.make_due(group)
  group.slot, group.due = 0, 0
end

--- Sets the time of the group's next pass, so that there are `rate` passes a second on average and
-- no burst after a gap. A pass may be early by `slack`. Otherwise, with frames at about the same
-- rate as the group, a pass would be skipped now and then.
function schedule.advance(group, now)
  local slot = group.slot + group.period
  if slot <= now then
    slot = now + group.period
  end
  group.slot = slot
  group.due = slot - group.slack
end

local advance = schedule.advance

--- Reads the groups that are due, in turn, until `left` readings are spent. Returns how many are
-- left; 0 or less means that there was more to read. `reader.turn` is the group whose turn it is,
-- and `reader.due` becomes the time of the next one. `read(reader, group, left, sender)` makes or
-- continues a pass of a group, and returns how many readings are left.
function schedule.read_due(reader, groups, read, now, left, sender)
  local turn, next_due = reader.turn, math.huge
  local total = #groups
  for _ = 1, total do
    if left <= 0 then
      reader.turn = turn
      return left
    end
    local group = groups[turn]
    local is_started = group.next > 1
    if is_started or now >= group.due then
      if not is_started then
        advance(group, now)
      end
      left = read(reader, group, left, sender)
      if group.next > 1 then
        reader.turn = turn
        return left
      end
    end
    local due = group.due
    if due < next_due then
      next_due = due
    end
    turn = turn % total + 1
  end
  reader.turn, reader.due = turn, next_due
  return left
end

return schedule
