--- What the export state does over its link: the texts of indicators. Pure.
--
-- A call of `list_indication` builds a whole display's text, so few are made in
-- a frame, watched displays in turn.

local load = ...
local json = load("json")

local format, match, tonumber, type = string.format, string.match, tonumber, type

--- Reads per second of one indicator, whatever is asked for.
local RATE_MAX = 10
--- Indicators that may be watched, and requests for lists that may wait.
local WATCHES_MAX, REQUESTS_MAX = 256, 64
--- A list ends before this number, or after so many numbers in a row without one.
local NUMBERS_MAX, MISSING_MAX = 256, 10

--- Stand for "not sent yet" and "there is no such indicator", unlike any text.
local UNSENT, MISSING = {}, {}

local Indicators = {}
Indicators.__index = Indicators

--- `sim.list_indication(number)` may raise or return anything.
function Indicators.new(sim, settings)
  return setmetatable({
    sim = sim,
    per_frame = settings.indicators_per_frame,
    watches = {},
    turn = 0,
    requests = {},
  }, Indicators)
end

local function read(self, number)
  local ok, text = pcall(self.sim.list_indication, number)
  if ok and type(text) == "string" then
    return text
  end
end

local function position(watches, number)
  for i, watch in ipairs(watches) do
    if watch.number == number then
      return i
    end
  end
end

local function watch(self, line)
  local number, rate, epoch = match(line, "^3 (%d%d?%d?%d?) ([%d.]+) (%d+)$")
  number, rate = tonumber(number), tonumber(rate)
  if not (number and rate) then
    return "not a watch: " .. line
  end
  local at = position(self.watches, number)
  if rate == 0 then
    if at then
      table.remove(self.watches, at)
    end
    return nil
  end
  if not at and #self.watches >= WATCHES_MAX then
    return format("indicator %d not watched: %d are watched already", number, WATCHES_MAX)
  end
  self.watches[at or #self.watches + 1] = {
    number = number,
    period = 1 / math.min(rate, RATE_MAX),
    due = 0,
    epoch = epoch,
    sent = UNSENT,
  }
end

local function request(self, line, sender)
  local ticket, number = match(line, "^4 (%d+)$"), nil
  if not ticket then
    ticket, number = match(line, "^4 (%d+) (%d%d?%d?%d?)$")
  end
  if not ticket then
    return "not a request: " .. line
  end
  if #self.requests >= REQUESTS_MAX then
    local reason = REQUESTS_MAX .. " requests for indicators are waiting already"
    sender:put(json.error(reason, tonumber(ticket)))
    return nil
  end
  local first, last = tonumber(number) or 0, tonumber(number) or NUMBERS_MAX - 1
  self.requests[#self.requests + 1] =
    { ticket = ticket, next = first, last = last, missing = 0, texts = {} }
end

local function elsewhere(_, line, sender)
  local ticket = match(line, "^1 %S+ %S+ %S+ (%d+)$")
  local reason = "the export state takes no actions and no args: tell the hook state"
  sender:put(json.error(reason, tonumber(ticket)))
end

--- What the server's lines ask for, by their first digit.
-- Each is given the line and the sender, and returns why it cannot be done, unless it
-- has answered itself.
Indicators.commands = { ["1"] = elsewhere, ["2"] = elsewhere, ["3"] = watch, ["4"] = request }

local function read_watch(self, now, sender, entry)
  entry.due = now + entry.period
  local text = read(self, entry.number) or MISSING
  if text == entry.sent then
    return
  end
  entry.sent = text
  local value = text == MISSING and "null" or json.string(text)
  sender:put(
    format('{"indicator":%d,"epoch":%s,"text":', entry.number, entry.epoch) .. value .. "}\n"
  )
end

--- Reads the watched indicators that are due, in turn, a few in a frame.
local function read_watches(self, now, sender)
  local watches, left = self.watches, self.per_frame
  local total = #watches
  for _ = 1, total do
    self.turn = self.turn % total + 1
    local entry = watches[self.turn]
    if now >= entry.due then
      read_watch(self, now, sender, entry)
      left = left - 1
      if left == 0 then
        return
      end
    end
  end
end

local function answer(sender, entry)
  sender:put('{"indicators":{' .. table.concat(entry.texts, ",") .. '},"ticket":')
  sender:put(entry.ticket .. "}\n")
end

--- Goes on with the oldest request, a few reads in a frame.
local function read_request(self, sender)
  local entry = self.requests[1]
  for _ = 1, self.per_frame do
    local text = read(self, entry.next)
    if text then
      entry.texts[#entry.texts + 1] = format('"%d":', entry.next) .. json.string(text)
      entry.missing = 0
    else
      entry.missing = entry.missing + 1
    end
    entry.next = entry.next + 1
    if entry.next > entry.last or entry.missing == MISSING_MAX then
      answer(sender, entry)
      table.remove(self.requests, 1)
      return
    end
  end
end

--- One frame. With `free` false bytes of an earlier frame wait: nothing is read.
function Indicators:frame(now, sender, free)
  if not free then
    return
  end
  read_watches(self, now, sender)
  if self.requests[1] then
    read_request(self, sender)
  end
end

--- A server has linked itself.
function Indicators:opened()
  self.turn = 0
end

--- The link is over.
function Indicators:closed()
  self.watches, self.requests = {}, {}
end

--- Texts have no values that could be bad.
function Indicators.take_bad_values()
  return 0
end

return Indicators
