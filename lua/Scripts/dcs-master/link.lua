--- The link of one Lua state: waits for a server, links to one at a time, and does its work
-- once per frame. Pure: sockets, clock, log and the work itself (`role`) are arguments.
-- The states and transitions are the table in `docs/hook.md`.

local load = ...
local json = load("json")
local text = load("text")
local Budget = load("budget")
local Candidates = load("candidates")
local Connection = load("connection")
local Listener = load("listener")
local Sender = load("sender")

local match, format = string.match, string.format

--- The version of the protocol in `docs/link.md`.
local LINK_VERSION = 1
--- Seconds that a frame may count for: while no frames run, no time passes.
local GAP_MAX = 0.5
--- Seconds without a line after which a linked server is given up.
local SILENCE_MAX = 10
--- Seconds between two looks for a second server while one is linked.
local LINKED_POLL_PERIOD = 1
--- Connections accepted in one look at most.
local ACCEPTS_MAX = 8
--- Estimated cost of reading and carrying out one line, in microseconds.
local LINE_COST = 1
--- Seconds between two reports of what the scripts cost.
local STATS_PERIOD = 5

--- The states of a link. `WAITING` covers closed, listening and greeting of the table: they
-- differ in whether there is a listening socket and whether there are candidates.
local WAITING, LINKED, STOPPED, RETIRED = "waiting", "linked", "stopped", "retired"

local Link = {}
Link.__index = Link

--- `host`: `name`, `version`, `write_dir`, `install_dir` (may be nil), `port`, `bind`,
-- `listen()` (returns a non-blocking listener, or nil and a reason), `clock()` (seconds),
-- `log(text)`, `warn(text)`, `accepts_per_second`, `max_frame_ms`. `role`: see `cockpit.lua`.
function Link.new(host, role)
  return setmetatable({
    host = host,
    role = role,
    state = WAITING,
    listener = Listener.new(host),
    candidates = Candidates.new(),
    connection = nil, -- of the linked server
    refused = {}, -- sockets of servers that were told who is linked
    sender = Sender.new(),
    budget = Budget.new(host.max_frame_ms),
    overloaded = false, -- whether the log says that the budget is too small
    clock = host.clock,
    last_clock = host.clock(),
    now = 0, -- seconds in which frames ran
    poll_at = 0,
    poll_period = 1 / host.accepts_per_second,
  }, Link)
end

local function log(self, message)
  self.host.log(self.host.name .. ": " .. message)
end

local function warn(self, message)
  self.host.warn(self.host.name .. ": " .. message)
end

--- Ends the link, if there is one. The link waits again, unless it was stopped.
local function close(self, reason)
  local connection = self.connection
  if not connection then
    return
  end
  self.connection = nil
  if self.state == LINKED then
    self.state = WAITING
  end
  self.poll_at = self.now + self.poll_period
  local dropped = self.sender:clear()
  if dropped > 0 then
    warn(self, dropped .. " answers were dropped because the server did not read them")
  end
  self.role:closed()
  log(self, "link to " .. connection.peer .. " ended: " .. text.of(reason))
  connection:close()
end

-- Waiting --------------------------------------------------------------------

local function hello(self)
  local host = self.host
  local line =
    format('{"hello":"%s","link":%d,"version":"%s"', host.name, LINK_VERSION, host.version)
  if self.role.marks then
    line = line .. ',"marks":1'
  end
  if host.write_dir then
    line = line .. ',"write_dir":' .. json.string(host.write_dir)
  end
  if host.install_dir then
    line = line .. ',"install_dir":' .. json.string(host.install_dir)
  end
  return line .. "}\n"
end

local function warn_of_other_version(self, link, version)
  warn(
    self,
    format(
      "the server is %s (link %d), these scripts are %s (link %d):"
        .. " run `dcs-master install` of the version you want, then restart the sim",
      version,
      link,
      self.host.version,
      LINK_VERSION
    )
  )
end

--- Links to the candidate that has greeted, if one has. The others are closed.
local function link_to_candidate(self)
  local connection, link, version = self.candidates:find_greeting(self.now)
  if not connection then
    return
  end
  self.candidates:clear()
  self.connection = connection
  self.state = LINKED
  self.stats_since, self.overloaded = self.now, false
  self.budget:reset()
  log(self, "linked to " .. connection.peer)
  if link ~= LINK_VERSION or version ~= self.host.version then
    warn_of_other_version(self, link, version)
  end
  self.sender:put(hello(self))
  self.role:opened()
end

-- A refused server is closed with the next look: closing it at once, while its greeting is
-- unread, would reset the connection and lose the reason on its way.
local function refuse(self, socket)
  socket:settimeout(0)
  socket:send('{"refused":' .. json.string("linked to " .. self.connection.peer) .. "}\n")
  socket:shutdown("send")
  self.refused[#self.refused + 1] = socket
end

local function close_refused(self)
  local refused = self.refused
  if refused[1] then
    self.refused = {}
    for _, socket in ipairs(refused) do
      socket:receive(8192)
      socket:close()
    end
  end
end

--- Looks for connections. It looks again in the next frame after one has come and while one
-- has yet to greet, so that a flood of connections does not fill the system's queue and keep
-- the server out.
local function poll(self)
  local linked = self.state == LINKED
  local period = linked and LINKED_POLL_PERIOD or self.poll_period
  close_refused(self)
  if not self.listener.socket then
    self.poll_at = self.now + (self.listener:open() or period)
    return
  end
  self.poll_at = self.candidates.list[1] and self.now or self.now + period
  for _ = 1, ACCEPTS_MAX do
    local socket, retry = self.listener:accept()
    if not socket then
      self.poll_at = retry and self.now + retry or self.poll_at
      return
    elseif linked then
      refuse(self, socket)
    else
      self.poll_at = self.now
      self.candidates:add(Connection.new(socket, self.now))
    end
  end
end

-- Linked ---------------------------------------------------------------------

--- Has the role carry out one line of the server's.
local function carry_out(self, line)
  local command = self.role.commands[match(line, "^(%d) ")]
  local reason
  if command then
    reason = command(self.role, line, self.sender)
  else
    reason = "not understood: " .. text.of(line)
  end
  if reason then
    self.sender:put(json.error(reason))
  end
end

--- Takes the lines that have come, as many as the budget allows.
local function take_lines(self)
  local connection, budget = self.connection, self.budget
  local most, count = budget:pieces(LINE_COST), 0
  local line = connection:next_line()
  while line do
    count = count + 1
    connection.heard = self.now
    if line ~= "0" then
      carry_out(self, line)
    end
    line = count < most and connection:next_line() or nil
  end
  budget:charge(count, LINE_COST)
  if connection:has_line() then
    budget:defer()
  end
end

--- Says in the log when most frames of a report had to leave work for the next one.
local function check_load(self)
  local budget = self.budget
  if budget.cut > budget.frames / 2 and not self.overloaded then
    self.overloaded = true
    warn(
      self,
      format(
        "the work asked for takes more than %g ms per frame, so it is spread over several"
          .. " frames and values come later; subscribe to less, or raise max_frame_ms in"
          .. " Scripts/dcs-master/config.lua",
        self.host.max_frame_ms
      )
    )
  elseif budget.cut == 0 then
    self.overloaded = false
  end
end

local function report_cost(self)
  local budget = self.budget
  local seconds = self.now - self.stats_since
  local line = '{"stats":{"seconds":%.3f,"frames":%d,"mean_us":%.2f,"max_us":%.1f,'
    .. '"bad_values":%d,"cut":%d}}\n'
  self.sender:put(
    format(
      line,
      seconds,
      budget.frames,
      budget.seconds / math.max(1, budget.frames) * 1e6,
      budget.worst * 1e6,
      self.role:take_bad_values(),
      budget.cut
    )
  )
  check_load(self)
  budget:reset()
  self.stats_since = self.now
end

--- Does the work of one frame for the linked server.
local function serve(self)
  local connection, sender, now = self.connection, self.sender, self.now
  connection:receive()
  if connection.text ~= "" then
    take_lines(self)
  end
  local free = sender.rest == nil
  if free and now - self.stats_since >= STATS_PERIOD then
    report_cost(self)
  end
  self.role:frame(now, sender, self.budget, free)
  local failure
  if sender.count > 0 or not free then
    failure = sender:flush(connection.socket)
  end
  if failure or (connection.over and connection:ended()) then
    close(self, failure or connection.over)
  elseif now - connection.heard > SILENCE_MAX then
    close(self, "no word from the server for " .. SILENCE_MAX .. " seconds")
  end
end

--- Advances the link's own time, which stands still while no frames run.
local function advance(self, clock)
  local gap = clock - self.last_clock
  self.last_clock = clock
  if gap > GAP_MAX then
    gap = GAP_MAX
  elseif gap < 0 then
    gap = 0
  end
  self.now = self.now + gap
end

--- Does one frame of the sim. May raise: `core.lua` guards it.
function Link:frame()
  if self.state == STOPPED or self.state == RETIRED then
    return
  end
  local began = self.clock()
  advance(self, began)
  if not self.connection and self.candidates.list[1] then
    link_to_candidate(self)
  end
  if self.connection then
    self.budget:begin()
    serve(self)
  end
  -- Last, so that a server that died and came back is not refused for its own sake.
  if self.now >= self.poll_at then
    poll(self)
  end
  if self.connection then
    self.budget:finish(self.clock() - began)
  end
end

--- Ends the link after an error in these scripts; the server will connect again.
function Link:fail(reason)
  warn(self, "error in the scripts: " .. text.of(reason))
  self.candidates:clear()
  close(self, "an error in the scripts")
end

--- Closes all sockets when the mission ends.
function Link:stop()
  if self.state == STOPPED or self.state == RETIRED then
    return
  end
  self.state = STOPPED
  close(self, "the scripts stop")
  self.candidates:clear()
  close_refused(self)
  self.listener:close()
end

--- Listens again after a stop, from the next frame on.
function Link:start()
  if self.state == STOPPED then
    self.state = WAITING
  end
  self.poll_at = self.now
end

--- Stops for good: the scripts were loaded again and others took over.
function Link:retire()
  self:stop()
  self.state = RETIRED
end

return Link
