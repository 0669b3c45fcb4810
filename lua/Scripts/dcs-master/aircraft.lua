--- Which aircraft is controlled, said when it changes and when a mission begins.
-- Pure: what the sim tells is an argument.

local load = ...
local json = load("json")

--- Seconds after a mission's end in which what the sim still tells is not believed.
local DOUBT_TIME = 1

--- Stands for "nothing has been said yet", unlike any name and unlike nil.
local NOTHING_SAID = {}

local Aircraft = {}
Aircraft.__index = Aircraft

--- `sim.self_data()` and `sim.unit_type()` may raise or return anything.
function Aircraft.new(sim, checks_per_second)
  return setmetatable({
    sim = sim,
    period = 1 / checks_per_second,
    check_at = 0,
    said = NOTHING_SAID, -- the name, nil: no aircraft is controlled
    ended = false,
    doubt_until = 0,
  }, Aircraft)
end

local function name_or_nil(name)
  if type(name) == "string" and name ~= "" then
    return name
  end
end

--- The type name, nil without an aircraft. Where a multiplayer server forbids the
-- export of the own ship only the second source knows it.
local function detect(sim)
  local ok, data = pcall(sim.self_data)
  local name = ok and type(data) == "table" and name_or_nil(data.Name)
  if name then
    return name
  end
  local known, unit_type = pcall(sim.unit_type)
  return known and name_or_nil(unit_type) or nil
end

--- Looks, and says what has changed; to be called when it is `check_at`, a few times
-- a second. Returns whether something was said.
function Aircraft:step(now, sender)
  if self.ended then
    self.ended = false
    self.doubt_until = now + DOUBT_TIME
  end
  self.check_at = now + self.period
  local name = now >= self.doubt_until and detect(self.sim) or nil
  if name == self.said then
    return false
  end
  self.said = name
  sender:put('{"aircraft":' .. (name and json.string(name) or "null") .. "}\n")
  return true
end

--- A new link: everything is said again.
function Aircraft:forget()
  self.said = NOTHING_SAID
  self.check_at = 0
end

--- A mission begins: its aircraft is announced even if it is the same type.
function Aircraft:mission_started()
  if self.said ~= nil then
    self.said = NOTHING_SAID
  end
  self.ended = false
  self.doubt_until = 0
  self.check_at = 0
end

--- A mission ends, or the next one loads.
function Aircraft:mission_ended()
  self.ended = true
  self.check_at = 0
end

return Aircraft
