--- Plans the passes of a group of readings that have the same rate. Pure: the time is an argument.

local schedule = {}

--- Returns a group that is due at once. `slot` is the time planned for the next pass, and `due` the
-- earliest time of that pass.
function schedule.new_group(rate)
  local period = 1 / rate
  return { rate = rate, period = period, slack = period / 8, slot = 0, due = 0 }
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

return schedule
