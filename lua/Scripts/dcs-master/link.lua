--- The link: one listening socket, at most one linked server, one call per frame.
-- Pure: sockets, clock, log and what the state does (`role`) are arguments.
-- The states and transitions are the table in `docs/hook.md`.

local load = ...
local json = load("json")
local Sender = load("sender")

local find, sub, match, format = string.find, string.sub, string.match, string.format

--- The version of the protocol in `docs/link.md`.
local LINK_VERSION = 1
--- Seconds that a frame may count for: while nothing runs no time passes.
local GAP_MAX = 0.5
--- Seconds without a line after which a server is given up, and without a greeting.
local SILENCE_MAX, GREETING_MAX = 10, 3
--- Seconds between two attempts to listen, and between two looks for a second server.
local RETRY_PERIOD, LINKED_POLL_PERIOD = 5, 1
--- Bytes of one line without its LF, and bytes read in one frame.
local LINE_MAX, READ_MAX = 256, 8192
--- Seconds between two reports of what the scripts cost.
local STATS_PERIOD = 5
local Link = {}
Link.__index = Link

--- `host`: `name`, `version`, `write_dir`, `install_dir` (may be nil), `port`,
-- `bind`, `listen()` (a non-blocking listener, or nil and a reason), `clock()`
-- (seconds), `log(text)`, `warn(text)`, `accepts_per_second`. `role`: see `cockpit.lua`.
function Link.new(host, role)
  return setmetatable({
    host = host,
    role = role,
    sender = Sender.new(),
    clock = host.clock,
    last_clock = host.clock(),
    now = 0,
    poll_at = 0,
    poll_period = 1 / host.accepts_per_second,
    listener = nil,
    client = nil,
    greeted = false,
    refused = nil,
    stopped = false,
    retired = false,
  }, Link)
end

local function log(self, text)
  self.host.log(self.host.name .. ": " .. text)
end

local function warn(self, text)
  self.host.warn(self.host.name .. ": " .. text)
end

local function address(self)
  return self.host.bind .. ":" .. self.host.port
end

-- Listening ------------------------------------------------------------------

local function open(self)
  local listener, reason = self.host.listen()
  if listener then
    self.listener = listener
    log(self, "listening on " .. address(self))
    return
  end
  self.poll_at = self.now + RETRY_PERIOD
  warn(
    self,
    format(
      "cannot listen on %s (%s). If another program uses port %d, end it or set another"
        .. " %s_port in Scripts/dcs-master/config.lua. Trying again every %d seconds.",
      address(self),
      tostring(reason),
      self.host.port,
      self.host.name,
      RETRY_PERIOD
    )
  )
end

local function close_listener(self)
  if self.listener then
    self.listener:close()
    self.listener = nil
  end
end

-- A refused server is closed one round later: closing at once, with its greeting
-- unread, would throw the reason away on its way.
local function dismiss(self)
  if self.refused then
    self.refused:receive(READ_MAX)
    self.refused:close()
    self.refused = nil
  end
end

local function refuse(self, client)
  client:settimeout(0)
  client:send('{"refused":' .. json.string("linked to " .. self.peer) .. "}\n")
  client:shutdown("send")
  self.refused = client
end

local function adopt(self, client)
  client:settimeout(0)
  client:setoption("tcp-nodelay", true)
  local ip, port = client:getpeername()
  self.peer = tostring(ip) .. ":" .. tostring(port)
  self.client = client
  self.partial = ""
  self.heard = self.now
end

--- Ends the link, or forgets who has yet to greet, and goes back to listening.
local function close(self, reason)
  local client = self.client
  if not client then
    return
  end
  self.client = nil
  self.partial = ""
  self.poll_at = self.now + self.poll_period
  local dropped = self.sender:clear()
  if dropped > 0 then
    warn(self, dropped .. " answers were dropped, the server did not read them")
  end
  if self.greeted then
    self.greeted = false
    self.role:closed()
    log(self, "link to " .. self.peer .. " ended: " .. reason)
  end
  client:close()
end

--- Is there a connection? One that has yet to greet gives way to the next one, or else
-- a program that connects again and again and says nothing would keep the server out.
local function poll(self)
  self.poll_at = self.now + (self.greeted and LINKED_POLL_PERIOD or self.poll_period)
  dismiss(self)
  if not self.listener then
    return open(self)
  end
  local client, reason = self.listener:accept()
  if not client then
    if reason ~= "timeout" then
      warn(self, "the listening socket failed (" .. tostring(reason) .. "), opening it anew")
      close_listener(self)
      self.poll_at = self.now + RETRY_PERIOD
    end
  elseif self.greeted then
    refuse(self, client)
  else
    close(self, "no greeting")
    adopt(self, client)
  end
end

-- Linked ---------------------------------------------------------------------

local function hello(self)
  local host = self.host
  local text =
    format('{"hello":"%s","link":%d,"version":"%s"', host.name, LINK_VERSION, host.version)
  if self.role.marks then
    text = text .. ',"marks":1'
  end
  if host.write_dir then
    text = text .. ',"write_dir":' .. json.string(host.write_dir)
  end
  if host.install_dir then
    text = text .. ',"install_dir":' .. json.string(host.install_dir)
  end
  return text .. "}\n"
end

local function greet(self, line)
  local link, version = match(line, "^0 (%d+) (%d+ %d+ %d+)$")
  if not link then
    return close(self, "no greeting")
  end
  version = version:gsub(" ", ".")
  self.greeted = true
  self.stats_since, self.frames, self.spent, self.worst = self.now, 0, 0, 0
  log(self, "linked to " .. self.peer)
  if tonumber(link) ~= LINK_VERSION or version ~= self.host.version then
    warn(
      self,
      format(
        "the server is %s (link %s), these scripts are %s (link %d):"
          .. " run `dcs-master install` of the version you want, then restart the sim",
        version,
        link,
        self.host.version,
        LINK_VERSION
      )
    )
  end
  self.sender:put(hello(self))
  self.role:opened()
end

--- Has the role carry out one line of the server's.
local function carry_out(self, line)
  local command = self.role.commands[match(line, "^(%d) ")]
  local reason = "not understood: " .. line
  if command then
    reason = command(self.role, line, self.sender)
  end
  if reason then
    self.sender:put(json.error(reason))
  end
end

local function take_line(self, line)
  self.heard = self.now
  if not self.greeted then
    greet(self, line)
  elseif line ~= "0" then
    carry_out(self, line)
  end
end

--- Cuts what came into lines; the last, unfinished one is kept.
local function take(self, text)
  if self.partial ~= "" then
    text = self.partial .. text
  end
  local from = 1
  local stop = find(text, "\n", from, true)
  while stop and stop - from <= LINE_MAX do
    take_line(self, sub(text, from, stop - 1))
    if not self.client then
      return
    end
    from = stop + 1
    stop = find(text, "\n", from, true)
  end
  self.partial = sub(text, from)
  if stop or #self.partial > LINE_MAX then
    close(self, "a line of more than " .. LINE_MAX .. " bytes")
  end
end

--- Reads what has come; returns the reason when the connection is over.
local function receive(self)
  local whole, reason, rest = self.client:receive(READ_MAX)
  if rest ~= "" then
    take(self, whole or rest or "")
  end
  if not whole and reason ~= "timeout" then
    return reason or "unknown error"
  end
end

local function report_cost(self)
  local seconds = self.now - self.stats_since
  local frames = math.max(1, self.frames)
  self.sender:put(
    format(
      '{"stats":{"seconds":%.3f,"frames":%d,"mean_us":%.2f,"max_us":%.1f,"bad_values":%d}}\n',
      seconds,
      self.frames,
      self.spent / frames * 1e6,
      self.worst * 1e6,
      self.role:take_bad_values()
    )
  )
  self.stats_since, self.frames, self.spent, self.worst = self.now, 0, 0, 0
end

local function serve(self)
  local over = receive(self)
  local client, sender, now = self.client, self.sender, self.now
  if not client then
    return
  end
  if self.greeted then
    local free = sender.rest == nil
    if free and now - self.stats_since >= STATS_PERIOD then
      report_cost(self)
    end
    self.role:frame(now, sender, free)
    if sender.count > 0 or not free then
      over = sender:flush(client) or over
    end
  end
  local silence = now - self.heard
  if over then
    close(self, over)
  elseif not self.greeted and silence > GREETING_MAX then
    close(self, "no greeting")
  elseif silence > SILENCE_MAX then
    close(self, "no word from the server for " .. SILENCE_MAX .. " seconds")
  end
end

local function count_cost(self, cost)
  if cost >= 0 then
    self.frames = self.frames + 1
    self.spent = self.spent + cost
    if cost > self.worst then
      self.worst = cost
    end
  end
end

--- One frame of the sim. May raise: `core.lua` guards it.
function Link:frame()
  if self.stopped then
    return
  end
  local began = self.clock()
  local gap = began - self.last_clock
  self.last_clock = began
  if gap > GAP_MAX then
    gap = GAP_MAX
  elseif gap < 0 then
    gap = 0
  end
  local now = self.now + gap
  self.now = now
  -- In this order a server that died and came back is not refused for its own sake.
  if self.client then
    serve(self)
  end
  if now >= self.poll_at then
    poll(self)
  end
  if self.greeted then
    count_cost(self, self.clock() - began)
  end
end

--- Ends the link after an error of our own; the server will come again.
function Link:fail(reason)
  warn(self, "error in the scripts: " .. tostring(reason))
  close(self, "an error in the scripts")
end

--- Lets go of both sockets: the mission ends.
function Link:stop()
  if self.stopped then
    return
  end
  self.stopped = true
  close(self, "the scripts stop")
  dismiss(self)
  close_listener(self)
end

--- Listens again after a stop, with the next frame.
function Link:start()
  self.stopped = self.retired
  self.poll_at = self.now
end

--- Stops for good: the scripts were loaded again and others took over.
function Link:retire()
  self.retired = true
  self:stop()
end

return Link
