--- Determines which aircraft is controlled, and reports it to the server when it changes and when
-- a mission begins. Pure: the sim's functions are arguments.

local load = ...
local json = load("json")

--- Seconds after a mission's end in which the aircraft that the sim names is ignored: it may still
-- be the one of that mission.
local IGNORE_TIME = 1

--- Means that nothing has been sent yet. It differs from every name and from nil.
local UNSENT = {}

local Aircraft = {}
Aircraft.__index = Aircraft

--- `sim.self_data()` and `sim.unit_type()` may raise an error or return anything. `clock()`
-- returns seconds.
function Aircraft.new(sim, checks_per_second, clock)
  return setmetatable({
    sim = sim,
    period = 1 / checks_per_second,
    check_at = 0,
    sent = UNSENT, -- the name, or nil when no aircraft is controlled
    clock = clock,
    flown = nil, -- the name of the aircraft that appeared last; nil when its flight has ended
    appeared_at = nil, -- the time when it appeared; stays the same when the link ends and returns
    ended = false, -- whether a mission has ended since the last check
    ignore_until = 0,
  }, Aircraft)
end

local function name_or_nil(name)
  if type(name) == "string" and name ~= "" then
    return name
  end
end

--- Returns the name of the own ship, or nil. May raise an error, as the sim's data may be of any
-- type.
local function own_ship_name(sim)
  return name_or_nil(sim.self_data().Name)
end

local function unit_type(sim)
  return name_or_nil(sim.unit_type())
end

--- Returns the type name of the aircraft, or nil when there is none. The unit type is the fallback
-- for multiplayer servers that forbid the export of the own ship.
local function detect(sim)
  local ok, name = pcall(own_ship_name, sim)
  if ok and name then
    return name
  end
  ok, name = pcall(unit_type, sim)
  return ok and name or nil
end

--- Checks the aircraft and sends its name if it has changed. To be called from the time `check_at`
-- on. Returns whether the name was sent.
function Aircraft:check(now, sender)
  if self.ended then
    self.ended = false
    self.ignore_until = now + IGNORE_TIME
  end
  self.check_at = now + self.period
  local name = now >= self.ignore_until and detect(self.sim) or nil
  if name ~= self.flown then
    self.flown, self.appeared_at = name, name and self.clock()
  end
  if name == self.sent then
    return false
  end
  self.sent = name
  sender:put('{"aircraft":' .. (name and json.string(name) or "null") .. "}\n")
  return true
end

--- Makes the next check send the name, for a server that has just linked.
function Aircraft:reset()
  self.sent = UNSENT
  self.check_at = 0
end

--- Makes the next check send the aircraft of the mission that begins, even if its type is the same
-- as before.
function Aircraft:mission_started()
  if self.sent ~= nil then
    self.sent = UNSENT
  end
  self.flown = nil
  self.ended = false
  self.ignore_until = 0
  self.check_at = 0
end

--- Records that a mission ends, or that the next one loads.
function Aircraft:mission_ended()
  self.ended = true
  self.flown = nil
  self.check_at = 0
end

return Aircraft
