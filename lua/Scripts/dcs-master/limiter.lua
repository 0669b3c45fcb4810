--- Limits the lines written to a log: repeats are counted, floods are cut. Pure: the clock and the
-- real log are arguments.

local load = ...
local texts = load("text")

--- Seconds for which repeats of the last text are counted and not written.
local REPEAT_TIME = 60
--- The most lines written in a burst, and the seconds after which one more line is allowed.
local BURST = 20
local REFILL_TIME = 5

local limiter = {}

--- Returns a function `log(text, level)`. `write(text, level)` writes a line, `clock()` returns
-- seconds.
function limiter.new(write, clock)
  local last_text, last_time, repeats = nil, 0, 0
  local allowed, refilled = BURST, clock()

  local function refill(now)
    local earned = math.floor((now - refilled) / REFILL_TIME)
    if earned ~= 0 then
      -- If the clock was set back, nothing is earned, and time counts from the new reading.
      allowed = math.min(BURST, allowed + math.max(0, earned))
      refilled = now
    end
  end

  return function(text, level)
    local now = clock()
    refill(now)
    local recent = now >= last_time and now - last_time < REPEAT_TIME
    if (text == last_text and recent) or allowed == 0 then
      repeats = repeats + 1
      return
    end
    allowed = allowed - 1
    if repeats > 0 then
      local lines = texts.counted(repeats, "line", "was", "were")
      write(text .. " (" .. lines .. " left out before this one)", level)
    else
      write(text, level)
    end
    last_text, last_time, repeats = text, now, 0
  end
end

return limiter
