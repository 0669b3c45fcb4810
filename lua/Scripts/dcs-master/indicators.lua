--- Reads the texts of indicators. Pure.
--
-- A call of `list_indication` builds the text of a whole display. So only a few calls are made in
-- each frame, and the watched indicators are read in turn.

local load = ...
local json = load("json")
local text = load("text")

local format, match, tonumber, type = string.format, string.match, tonumber, type

--- The most reads per second of one indicator, whatever rate is requested.
local RATE_MAX = 10
--- The most indicators that may be watched, and the most requests for lists that may wait.
local WATCHES_MAX, REQUESTS_MAX = 256, 64
--- A list of all indicators covers the numbers below NUMBERS_MAX. It ends early after MISSING_MAX
-- numbers in a row that have no indicator.
local NUMBERS_MAX, MISSING_MAX = 256, 10

--- Mean "not sent yet" and "there is no such indicator". They differ from every text.
local UNSENT, MISSING = {}, {}

local Indicators = {}
Indicators.__index = Indicators

--- `sim.list_indication(number)` may raise an error or return anything.
function Indicators.new(sim, per_frame)
  local indicators = setmetatable({ sim = sim, per_frame = per_frame, turn = 0 }, Indicators)
  indicators:clear()
  return indicators
end

--- Discards all watches and requests.
function Indicators:clear()
  self.watches, self.index_of = {}, {} -- as a list, and the places in it by number
  self.requests = {}
end

local function read(self, number)
  local ok, shown = pcall(self.sim.list_indication, number)
  if ok and type(shown) == "string" then
    return shown
  end
end

local function end_watch(self, number)
  local watches, i = self.watches, self.index_of[number]
  if i then
    local last = watches[#watches]
    watches[i], self.index_of[last.number] = last, i
    watches[#watches], self.index_of[number] = nil, nil
  end
end

--- Executes the line of a watch. Returns the reason if it cannot be executed.
function Indicators:watch(line)
  local number, rate, epoch = match(line, "^3 (%d%d?%d?%d?) ([%d.]+) (%d+)$")
  number, rate = tonumber(number), tonumber(rate)
  if not (number and rate) then
    return "not a watch: " .. text.of(line)
  end
  if rate == 0 then
    end_watch(self, number)
    return nil
  end
  local i = self.index_of[number] or #self.watches + 1
  if i > WATCHES_MAX then
    return format("indicator %d not watched: %d are watched already", number, WATCHES_MAX)
  end
  self.index_of[number] = i
  self.watches[i] = {
    number = number,
    period = 1 / math.min(rate, RATE_MAX),
    due = 0,
    epoch = epoch,
    sent = UNSENT,
  }
end

--- Executes the line of a request for a list. Returns the reason and the ticket if it cannot be
-- executed.
function Indicators:request(line)
  local ticket, number = match(line, "^4 (%d+)$"), nil
  if not ticket then
    ticket, number = match(line, "^4 (%d+) (%d%d?%d?%d?)$")
  end
  if not ticket then
    return "not a request: " .. text.of(line)
  end
  if #self.requests >= REQUESTS_MAX then
    return REQUESTS_MAX .. " requests for indicators are waiting already", tonumber(ticket)
  end
  local first, last = tonumber(number) or 0, tonumber(number) or NUMBERS_MAX - 1
  self.requests[#self.requests + 1] =
    { ticket = ticket, next = first, last = last, missing = 0, texts = {} }
end

local function read_watch(self, now, sender, entry)
  entry.due = now + entry.period
  local shown = read(self, entry.number) or MISSING
  if shown == entry.sent then
    return
  end
  entry.sent = shown
  local value = shown == MISSING and "null" or json.string(shown)
  sender:put(
    format('{"indicator":%d,"epoch":%s,"text":', entry.number, entry.epoch) .. value .. "}\n"
  )
end

--- Reads the watched indicators that are due, in turn, a few per frame.
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

--- Continues the oldest request with a few reads per frame.
local function continue_request(self, sender)
  local entry = self.requests[1]
  for _ = 1, self.per_frame do
    local shown = read(self, entry.next)
    if shown then
      entry.texts[#entry.texts + 1] = format('"%d":', entry.next) .. json.string(shown)
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

--- Reads the indicators whose turn it is. The budget is not used: the number of calls is limited
-- instead, since the sim alone determines how long a call takes.
function Indicators:read(now, sender)
  read_watches(self, now, sender)
  if self.requests[1] then
    continue_request(self, sender)
  end
end

--- Starts with the first indicator, for a server that has linked.
function Indicators:start()
  self.turn = 0
end

return Indicators
