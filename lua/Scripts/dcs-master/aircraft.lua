--- Finds out which aircraft is controlled, and tells the server when it changes and when a
-- mission begins. Pure: the sim's functions are arguments.

local load = ...
local json = load("json")

--- Seconds after a mission's end in which the sim may still name its aircraft and is not
-- believed.
local DOUBT_TIME = 1

--- Stands for "nothing has been sent yet": unlike any name and unlike nil.
local NOTHING_SENT = {}

local Aircraft = {}
Aircraft.__index = Aircraft

--- `sim.self_data()` and `sim.unit_type()` may raise or return anything.
function Aircraft.new(sim, checks_per_second)
  return setmetatable({
    sim = sim,
    period = 1 / checks_per_second,
    check_at = 0,
    sent = NOTHING_SENT, -- the name, or nil when no aircraft is controlled
    ended = false, -- whether a mission has ended since the last look
    doubt_until = 0,
  }, Aircraft)
end

local function name_or_nil(name)
  if type(name) == "string" and name ~= "" then
    return name
  end
end

--- May raise: the sim's table may be anything.
local function own_ship_name(sim)
  return name_or_nil(sim.self_data().Name)
end

local function unit_type(sim)
  return name_or_nil(sim.unit_type())
end

--- Returns the type name, nil without an aircraft. Only the second source knows it where a
-- multiplayer server forbids the export of the own ship.
local function detect(sim)
  local ok, name = pcall(own_ship_name, sim)
  if ok and name then
    return name
  end
  ok, name = pcall(unit_type, sim)
  return ok and name or nil
end

--- Looks for the aircraft and sends its name if it has changed. To be called when `check_at`
-- has come, a few times a second. Returns whether something was sent.
function Aircraft:step(now, sender)
  if self.ended then
    self.ended = false
    self.doubt_until = now + DOUBT_TIME
  end
  self.check_at = now + self.period
  local name = now >= self.doubt_until and detect(self.sim) or nil
  if name == self.sent then
    return false
  end
  self.sent = name
  sender:put('{"aircraft":' .. (name and json.string(name) or "null") .. "}\n")
  return true
end

--- Has everything sent again: a server has just linked.
function Aircraft:forget()
  self.sent = NOTHING_SENT
  self.check_at = 0
end

--- Has the aircraft of the mission that begins sent even if it is the same type as before.
function Aircraft:mission_started()
  if self.sent ~= nil then
    self.sent = NOTHING_SENT
  end
  self.ended = false
  self.doubt_until = 0
  self.check_at = 0
end

--- Notes that a mission ends, or that the next one loads.
function Aircraft:mission_ended()
  self.ended = true
  self.check_at = 0
end

return Aircraft
