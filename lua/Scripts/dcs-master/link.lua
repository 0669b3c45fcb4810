--- The link of one Lua state: waits for a server, links to one at a time, and serves it once per
-- frame. Pure: sockets, clock, log and the work of the state (`role`) are arguments.
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
--- The most seconds that one frame adds to the link's own time, however long the gap before it was.
local GAP_MAX = 0.5
--- Seconds without a line after which the link to a server is closed.
local SILENCE_MAX = 10
--- Seconds between two polls for a second server while one is linked.
local LINKED_POLL_PERIOD = 1
--- The most connections accepted in one poll.
local ACCEPTS_MAX = 8
--- Estimated costs in microseconds of executing one line and, if it is refused, of each byte of the
-- answer. Control characters, which have to be escaped twice, make the longest and slowest answers.
local LINE_COST, ANSWER_BYTE_COST = 1, 0.05
--- Seconds between two reports of the time that the scripts take.
local STATS_PERIOD = 5

--- The states of a link. `WAITING` stands for three states of the table: closed (no listening
-- socket), listening (no candidates) and greeting (at least one candidate).
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
    refused = {}, -- sockets of refused servers, closed in the next poll
    sender = Sender.new(),
    budget = Budget.new(host.max_frame_ms),
    overloaded = false, -- whether the log has warned that the budget is too small
    clock = host.clock,
    last_clock = host.clock(),
    now = 0, -- the link's own time in seconds; see `advance`
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

--- Closes the link to the server, if there is one, and waits for the next unless stopped.
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
    local answers = text.counted(dropped, "answer", "was", "were")
    warn(self, answers .. " dropped because the server does not read")
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
  if self.role.tells_cold then
    line = line .. ',"tells_cold":1'
  end
  if self.role.telemetry_fields then
    line = line .. ',"telemetry_fields":' .. self.role.telemetry_fields
  end
  if self.role.functions then
    line = line .. ',"functions":' .. self.role.functions
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

--- Links to the first candidate that has greeted, if any, and closes the others.
local function link_to_candidate(self)
  local connection, link, version = self.candidates:take_greeted(self.now)
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

--- Sends a second server the reason why it is refused. Its socket is closed in the next poll:
-- closing it at once, before its greeting is read, would reset the connection and lose the reason.
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

--- Accepts new connections. After a connection was accepted, and while one has not greeted yet,
-- the next poll is in the next frame. So a flood of connections cannot fill the system's queue and
-- keep the server out.
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

--- Executes one line from the server. Returns the estimated cost of refusing it in microseconds, or
-- 0 if it is not refused.
local function execute(self, line)
  local command = self.role.commands[match(line, "^(%d) ")]
  local reason, ticket
  if command then
    reason, ticket = command(self.role, line, self.sender)
  else
    reason = "not understood: " .. text.of(line)
  end
  if not reason then
    return 0
  end
  local answer = json.error(reason, ticket)
  self.sender:put(answer)
  return #answer * ANSWER_BYTE_COST
end

--- Executes the lines that have arrived, as many as the budget allows.
local function execute_lines(self)
  local connection, budget = self.connection, self.budget
  local most, spent = budget:pieces(LINE_COST) * LINE_COST, 0
  local line = connection:next_line()
  while line do
    spent = spent + LINE_COST
    connection.last_line_at = self.now
    if line ~= "0" then
      spent = spent + execute(self, line)
    end
    line = spent < most and connection:next_line() or nil
  end
  budget:charge(spent)
  if connection:has_line() then
    budget:defer()
  end
end

--- Warns in the log when most frames since the last report left work for the next one.
local function warn_of_overload(self)
  local budget = self.budget
  if budget.deferred_frames > budget.frames / 2 and not self.overloaded then
    self.overloaded = true
    warn(
      self,
      format(
        "the requested work takes more than %g ms per frame, so it is spread over several"
          .. " frames and values arrive later; subscribe to less, or raise max_frame_ms in"
          .. " Scripts/dcs-master/config.lua",
        self.host.max_frame_ms
      )
    )
  elseif budget.deferred_frames == 0 then
    self.overloaded = false
  end
end

--- Sends the statistics since the last report and starts new ones.
local function send_stats(self)
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
      budget.deferred_frames
    )
  )
  warn_of_overload(self)
  budget:reset()
  self.stats_since = self.now
end

--- Serves the linked server for one frame.
local function serve(self)
  local connection, sender, now = self.connection, self.sender, self.now
  connection:receive()
  if connection.text ~= "" then
    execute_lines(self)
  end
  local can_send = sender.rest == nil
  if can_send and now - self.stats_since >= STATS_PERIOD then
    send_stats(self)
  end
  if connection.end_reason then
    self.budget:allow_all_actions()
  end
  self.role:frame(now, sender, self.budget, can_send)
  local failure
  if sender.count > 0 or not can_send then
    failure = sender:flush(connection.socket)
  end
  if failure or connection:is_drained() then
    close(self, failure or connection.end_reason)
  elseif now - connection.last_line_at > SILENCE_MAX then
    close(self, "nothing received from the server for " .. SILENCE_MAX .. " seconds")
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

--- Runs once per frame of the sim. May raise an error; `core.lua` guards the call.
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
  -- Last, so that a server that reconnects is not refused because of its own old connection, which
  -- was closed above.
  if self.now >= self.poll_at then
    poll(self)
  end
  if self.connection then
    self.budget:finish(self.clock() - began)
  end
end

--- Closes the link after an error in these scripts; the server will connect again.
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

--- Resumes after a stop: listens again from the next frame on.
function Link:start()
  if self.state == STOPPED then
    self.state = WAITING
  end
  self.poll_at = self.now
end

--- Stops for ever: the scripts were loaded again, and the new ones replace these.
function Link:retire()
  self:stop()
  self.state = RETIRED
end

return Link
