--- Limits the time that one frame may take, and keeps the statistics of that time. Pure.
--
-- The sim's clock may advance in steps of up to 16 ms, so a single frame cannot be
-- timed. Instead each frame has a budget of microseconds, and each piece of work is
-- charged an estimate before it is done. The estimate for reading an arg is the mean
-- of the time measured over many frames: over many frames a coarse clock is right too.
-- The estimates for lines and actions are constants. Work that does not fit is left for
-- the next frame.

local floor, max, min = math.floor, math.max, math.min

--- The first estimate for one reading, and the limits of later estimates, in microseconds.
local READING_START, READING_MIN, READING_MAX = 0.1, 0.03, 5
--- A frame is measured only if it has that many readings, or if its readings take that share of
-- the budget. In other frames the fixed cost of a frame hides the cost of a reading.
local READINGS_MEASURED, SHARE_MEASURED = 100, 1 / 8
--- The weight of one frame in the mean: about the last 128 frames count.
local WEIGHT = 1 / 128
--- The longest time of one frame that enters the mean, in microseconds (one step of the coarsest
-- clock) and in budgets. A longer time is cut to that, since the system may interrupt the sim.
local COST_MAX, BUDGETS_MAX = 16000, 4

local Budget = {}
Budget.__index = Budget

--- `max_frame_ms`: milliseconds that one frame may take.
function Budget.new(max_frame_ms)
  local budget = setmetatable({
    max = max_frame_ms * 1000,
    left = 0, -- of this frame, in microseconds
    charged = 0, -- microseconds charged in this frame for anything but readings
    readings = 0, -- the number charged in this frame
    deferred = false, -- whether this frame has left work for the next one
    reading_us = READING_START,
    mean_readings = READINGS_MEASURED,
    mean_spent = READINGS_MEASURED * READING_START,
  }, Budget)
  budget:reset()
  return budget
end

--- Resets the statistics.
function Budget:reset()
  self.frames, self.seconds, self.worst, self.cut = 0, 0, 0, 0
end

--- Begins a frame.
function Budget:begin()
  self.left, self.charged, self.readings, self.deferred = self.max, 0, 0, false
end

--- Returns how many pieces of work at `cost` microseconds each may be done now, at least one. They
-- fill half of the time that is left in the frame, so that the other kinds of work get some too.
function Budget:pieces(cost)
  return max(1, floor(self.left / (2 * cost)))
end

--- Charges `count` pieces of work at `cost` microseconds each.
function Budget:charge(count, cost)
  self.left = self.left - count * cost
  self.charged = self.charged + count * cost
end

--- Returns how many readings the rest of the frame allows, at least one.
function Budget:readings_left()
  local readings = self.left / self.reading_us
  return readings >= 1 and readings - readings % 1 or 1
end

--- Charges `count` readings.
function Budget:charge_readings(count)
  self.left = self.left - count * self.reading_us
  self.readings = self.readings + count
end

--- Records that work is left for the next frame because the budget is spent.
function Budget:defer()
  self.deferred = true
end

--- Returns whether the time of this frame shows the cost of a reading.
local function is_measurable(self)
  return self.readings >= READINGS_MEASURED
    or self.readings * self.reading_us >= self.max * SHARE_MEASURED
end

--- Updates the estimate with a frame whose readings took `spent` microseconds.
local function update_estimate(self, spent)
  self.mean_readings = self.mean_readings + (self.readings - self.mean_readings) * WEIGHT
  self.mean_spent = self.mean_spent + (spent - self.mean_spent) * WEIGHT
  local estimate = self.mean_spent / self.mean_readings
  self.reading_us = max(READING_MIN, min(READING_MAX, estimate))
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
    self.cut = self.cut + 1
  end
  if is_measurable(self) then
    local most = max(COST_MAX, BUDGETS_MAX * self.max)
    update_estimate(self, min(seconds * 1e6, most) - self.charged)
  end
end

return Budget
