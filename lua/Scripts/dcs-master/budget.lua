--- Limits the time that one frame may take, and keeps the statistics of that time. Pure.
--
-- The sim's clock may advance in steps of up to 16 ms, so a single frame cannot be
-- timed. Instead each frame has a budget of microseconds, and each piece of work is
-- charged an estimate before it is done. The sim reads args and performs actions, so the
-- estimates for these are measured: they are means over many frames, which even a coarse clock
-- gets right. The estimate for a line is a constant. Work that does not fit is left for the
-- next frame.

local floor, max, min = math.floor, math.max, math.min

--- For a reading and for an action, in microseconds: the first estimate, and the limits of later
-- ones. A frame is measured only if it has at least `many` of them, or if they take at least
-- SHARE_MEASURED of the budget. In other frames the fixed cost of a frame hides their cost.
local READING = { start = 0.1, min = 0.03, max = 5, many = 100 }
local ACTION = { start = 5, min = 1, max = 1000, many = 16 }
local SHARE_MEASURED = 1 / 8
--- The weight of one frame in the mean: about the last 128 frames count.
local WEIGHT = 1 / 128
--- The longest time of one frame that enters the mean is the longer of COST_MAX microseconds (one
-- step of the coarsest clock) and BUDGETS_MAX budgets. A longer time is cut to that, since the
-- system may interrupt the sim.
local COST_MAX, BUDGETS_MAX = 16000, 4

--- Returns the estimate for one kind of work.
local function new_estimate(kind)
  return {
    kind = kind,
    us = kind.start,
    count = 0, -- the number charged in this frame
    mean_count = kind.many,
    mean_spent = kind.many * kind.start,
  }
end

--- Returns whether the time of this frame shows the cost of this work.
local function is_measurable(estimate, budget_us)
  local count = estimate.count
  return count >= estimate.kind.many or count * estimate.us >= budget_us * SHARE_MEASURED
end

--- Updates the estimate with a frame whose work took `spent` microseconds.
local function update(estimate, spent)
  estimate.mean_count = estimate.mean_count + (estimate.count - estimate.mean_count) * WEIGHT
  estimate.mean_spent = estimate.mean_spent + (spent - estimate.mean_spent) * WEIGHT
  local mean = estimate.mean_spent / estimate.mean_count
  estimate.us = max(estimate.kind.min, min(estimate.kind.max, mean))
end

local Budget = {}
Budget.__index = Budget

--- `max_frame_ms`: milliseconds that one frame may take.
function Budget.new(max_frame_ms)
  local budget = setmetatable({
    max = max_frame_ms * 1000,
    left = 0, -- of this frame, in microseconds
    charged = 0, -- microseconds charged in this frame for anything but readings and actions
    reading = new_estimate(READING),
    action = new_estimate(ACTION),
    all_actions = false, -- whether the number of actions of this frame is unlimited
    deferred = false, -- whether this frame has left work for the next one
  }, Budget)
  budget:reset()
  return budget
end

--- Resets the statistics.
function Budget:reset()
  self.frames, self.seconds, self.worst, self.deferred_frames = 0, 0, 0, 0
end

--- Begins a frame.
function Budget:begin()
  self.left, self.charged, self.deferred, self.all_actions = self.max, 0, false, false
  self.reading.count, self.action.count = 0, 0
end

--- Returns how many pieces of work at `cost` microseconds each may be done now, at least one. They
-- fill half of the time that is left in the frame, which leaves time for the other kinds of work.
function Budget:pieces(cost)
  return max(1, floor(self.left / (2 * cost)))
end

--- Charges work that took `cost` microseconds by an estimate.
function Budget:charge(cost)
  self.left = self.left - cost
  self.charged = self.charged + cost
end

--- Lifts the limit on actions for this frame: the server has ended, and what it sent last, such as
-- the release of buttons, must not be lost.
function Budget:allow_all_actions()
  self.all_actions = true
end

--- Returns how many actions may be performed now, at least one.
function Budget:actions_left()
  return self.all_actions and math.huge or self:pieces(self.action.us)
end

--- Charges `count` actions.
function Budget:charge_actions(count)
  self.left = self.left - count * self.action.us
  self.action.count = count
end

--- Returns how many readings the rest of the frame allows, at least one.
function Budget:readings_left()
  local readings = self.left / self.reading.us
  return readings >= 1 and readings - readings % 1 or 1
end

--- Charges `count` readings.
function Budget:charge_readings(count)
  local reading = self.reading
  self.left = self.left - count * reading.us
  reading.count = reading.count + count
end

--- Records that work is left for the next frame because the budget is spent.
function Budget:defer()
  self.deferred = true
end

--- Updates the estimate for the work that took the larger part of a frame of `spent` microseconds.
local function update_estimates(self, spent)
  local larger, other = self.reading, self.action
  if other.count * other.us > larger.count * larger.us then
    larger, other = other, larger
  end
  if is_measurable(larger, self.max) then
    update(larger, max(0, spent - other.count * other.us))
  end
end

--- Ends a frame that took `seconds` by the sim's clock. The frame is ignored if the clock was set
-- back meanwhile.
function Budget:finish(seconds)
  if seconds < 0 then
    return
  end
  self.frames = self.frames + 1
  self.seconds = self.seconds + seconds
  if seconds > self.worst then
    self.worst = seconds
  end
  if self.deferred then
    self.deferred_frames = self.deferred_frames + 1
  end
  local most = max(COST_MAX, BUDGETS_MAX * self.max)
  update_estimates(self, min(seconds * 1e6, most) - self.charged)
end

return Budget
