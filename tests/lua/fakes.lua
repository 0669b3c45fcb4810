--- Fake sockets and a fake sim that fail on demand, and a rig that runs the scripts with them.

local directory, read_json = ...

local fakes = { read_json = read_json }

-- Sockets ----------------------------------------------------------------------

local Socket = {}
Socket.__index = Socket

--- Returns the scripts' end of a connection. `incoming`: bytes that the server has sent and the
-- scripts have not read; `outgoing`: bytes that the scripts have sent; `room`: the number of bytes
-- that the next sends accept.
function fakes.socket()
  return setmetatable(
    { incoming = "", outgoing = "", room = math.huge, options = {}, stats = {} },
    Socket
  )
end

local function check_open(self)
  assert(not self.closed, "a closed socket was used")
end

function Socket:settimeout(seconds)
  check_open(self)
  assert(seconds == 0, "a blocking socket")
  self.nonblocking = true
end

function Socket:setoption(name, on)
  check_open(self)
  self.options[name] = on
  return 1
end

function Socket:getpeername()
  check_open(self)
  return "127.0.0.1", 50000
end

function Socket:receive(count)
  check_open(self)
  assert(self.nonblocking, "a blocking read")
  assert(type(count) == "number", "an unbounded read")
  local text = self.incoming:sub(1, count)
  self.incoming = self.incoming:sub(count + 1)
  if #text == count then
    return text
  end
  return nil, self.failure or "timeout", text
end

function Socket:send(text, from)
  check_open(self)
  assert(self.nonblocking, "a blocking write")
  from = from or 1
  self.sends = (self.sends or 0) + 1
  if self.failure then
    return nil, self.failure, from - 1
  end
  local taken = math.min(self.room, #text - from + 1)
  self.outgoing = self.outgoing .. text:sub(from, from + taken - 1)
  self.room = self.room - taken
  if from + taken - 1 == #text then
    return #text
  end
  return nil, "timeout", from + taken - 1
end

function Socket:shutdown()
  check_open(self)
end

function Socket:close()
  check_open(self)
  self.closed = true
end

--- Returns the lines that the scripts sent since the last call, as tables. Statistics are added to
-- the list `stats` instead.
function Socket:received()
  local lines, rest = read_json(self.outgoing)
  self.outgoing = rest
  local received = {}
  for _, line in ipairs(lines) do
    local list = line.stats and self.stats or received
    list[#list + 1] = line
  end
  return received
end

local Listener = {}
Listener.__index = Listener

function Listener:accept()
  assert(not self.closed, "a closed listener was used")
  if self.failure then
    return nil, self.failure
  end
  local socket = table.remove(self.queue, 1)
  if socket then
    return socket
  end
  return nil, "timeout"
end

function Listener:close()
  assert(not self.closed, "a listener was closed twice")
  self.closed = true
end

-- The sim ------------------------------------------------------------------------

local Sim = {}
Sim.__index = Sim

--- Returns a sim whose cockpit has a panel and one device. If `broken[name]` is set, that function
-- raises it as an error (if true, a text). `on_read(arg)` is called with each arg that is read.
function fakes.sim()
  local sim = setmetatable({ values = {}, acted = {}, texts = {}, broken = {}, reads = 0 }, Sim)
  sim.calls = {} -- of the functions that `find` has returned, by name
  sim.globals = {} -- other globals that `find` returns
  sim.name = "A-4E-C"
  sim.figures = {
    LoIsOwnshipExportAllowed = true,
    LoGetEngineInfo = { RPM = { left = 0, right = 0 } },
    LoGetAltitudeAboveGroundLevel = 1.8,
    LoGetTrueAirSpeed = 0,
    LoGetVerticalVelocity = 0,
  }
  sim.panel = {
    update_arguments = function()
      sim:check("update_arguments")
    end,
    get_argument_value = function(_, arg)
      sim.reads = sim.reads + 1
      if sim.on_read then
        sim.on_read(arg)
      end
      sim:check("get_argument_value")
      sim:check(arg)
      return sim.values[arg]
    end,
  }
  sim.devices = { [0] = sim.panel }
  sim.device = {
    performClickableAction = function(_, command, value)
      sim:check("performClickableAction")
      sim.acted[#sim.acted + 1] = command .. "=" .. value
    end,
    SetCommand = function(_, command, value)
      sim:check("SetCommand")
      sim.acted[#sim.acted + 1] = "SetCommand " .. command .. "=" .. value
    end,
    set_argument_value = function(_, arg, value)
      sim.acted[#sim.acted + 1] = "set_argument_value " .. arg .. "=" .. value
    end,
    set_frequency = function(_, frequency)
      sim.acted[#sim.acted + 1] = "set_frequency " .. frequency
    end,
    get_frequency = function()
      sim.reads = sim.reads + 1
      sim:check("get_frequency")
      return sim.frequency
    end,
  }
  sim.draw_arguments = {}
  sim.devices[12] = sim.device
  return sim
end

function Sim:check(name)
  local broken = self.broken[name]
  if broken then
    error(broken == true and tostring(name) .. " is broken" or broken, 0)
  end
end

--- Returns a function that returns `figures[name]`.
function Sim:figure(name)
  return function()
    self:check(name)
    self.reads = self.reads + 1
    return self.figures[name]
  end
end

--- Returns `globals[name]`, else a function that counts its calls and returns `figures[name]`, or
-- the results in the list `results[name]`.
function Sim:find(name)
  if self.globals[name] ~= nil then
    return self.globals[name]
  end
  if self.figures[name] == nil and not (self.results and self.results[name]) then
    return nil
  end
  return function()
    self.calls[name] = (self.calls[name] or 0) + 1
    self:check(name)
    if self.results and self.results[name] then
      return unpack(self.results[name])
    end
    return self.figures[name]
  end
end

--- Returns the functions that the scripts are given.
function Sim:functions()
  return {
    get_device = function(number)
      self:check("GetDevice")
      return self.devices[number]
    end,
    self_data = function()
      self:check("LoGetSelfData")
      return self.self_data or (self.name and { Name = self.name }) or nil
    end,
    unit_type = function()
      self:check("getPlayerUnitType")
      return self.type_name
    end,
    export_allowed = self:figure("LoIsOwnshipExportAllowed"),
    engine_info = self:figure("LoGetEngineInfo"),
    height = self:figure("LoGetAltitudeAboveGroundLevel"),
    speed = self:figure("LoGetTrueAirSpeed"),
    climb = self:figure("LoGetVerticalVelocity"),
    find = function(name)
      self:check("find")
      return self:find(name)
    end,
    draw_argument = function(number)
      self.reads = self.reads + 1
      self:check("draw_argument")
      self:check("draw_argument " .. number)
      return self.draw_arguments[number]
    end,
    cockpit_parameters = function()
      self.reads = self.reads + 1
      return self.parameters
    end,
    set_command = function(...)
      self.acted[#self.acted + 1] = "LoSetCommand " .. table.concat({ ... }, "=")
    end,
    list_indication = function(number)
      self.reads = self.reads + 1
      self:check("list_indication")
      return self.texts[number]
    end,
  }
end

-- The rig --------------------------------------------------------------------------

local Rig = {}
Rig.__index = Rig

--- Returns a rig with the program of the state `name` ("hook" or "export") and fakes around it.
-- `options`: `listen` replaces the fake listener, for real sockets; `write_dir`; `config`, the
-- settings.
function fakes.rig(name, options)
  local load = assert(loadfile(directory .. "loader.lua"))(directory)
  options = options or {}
  local settings = load("settings").from(options.config)
  local rig = setmetatable({ time = 1000, clock_step = 2 ^ -30, queue = {} }, Rig)
  rig.logs, rig.warnings, rig.sim = {}, {}, fakes.sim()
  local host = { settings = settings }
  function host.link(state, version)
    return {
      name = state,
      version = version,
      write_dir = options.write_dir,
      bind = "127.0.0.1",
      port = 4243,
      accepts_per_second = settings.accepts_per_second,
      max_frame_ms = settings.max_frame_ms,
      listen = options.listen or function()
        return rig:listen()
      end,
      clock = function()
        return rig.time - rig.time % rig.clock_step
      end,
      log = function(text)
        rig.logs[#rig.logs + 1] = text
      end,
      warn = function(text)
        rig.logs[#rig.logs + 1] = text
        rig.warnings[#rig.warnings + 1] = text
      end,
    }
  end
  rig.program = load("core")[name](host, rig.sim:functions())
  return rig
end

--- Returns a rig of this state, the server that it is linked to, and its sim.
function fakes.linked(name)
  local rig = fakes.rig(name)
  return rig, rig:link(), rig.sim
end

function Rig:last_log()
  return self.logs[#self.logs]
end

--- Returns error values that cannot be shown as text: `__tostring` raises an error, or returns
-- something other than text.
function fakes.unprintable_errors()
  local errors = {}
  for _, tell in ipairs({
    function()
      error("no text")
    end,
    function() end,
    function()
      return {}
    end,
  }) do
    errors[#errors + 1] = setmetatable({}, { __tostring = tell })
  end
  return errors
end

--- Links a new server over the current listener, and returns the error that a wrong line gets.
function Rig:answer_to_nonsense()
  assert(not self.listener.closed, "the listener is closed")
  return self:say(self:link(), "5\n")[1].error
end

function Rig:listen()
  if self.busy then
    return nil, "address already in use"
  end
  self.listener = setmetatable({ queue = self.queue }, Listener)
  return self.listener
end

--- Runs `count` frames of `seconds` each (default: 1 frame of 1/60 s).
function Rig:frames(count, seconds)
  for _ = 1, count or 1 do
    self.time = self.time + (seconds or 1 / 60)
    self.program.frame()
  end
end

--- Returns the connection of a server. The scripts have accepted it, and it has sent nothing yet.
function Rig:connect()
  local socket = fakes.socket()
  self.queue[#self.queue + 1] = socket
  self:frames(2, 0.3)
  return socket
end

fakes.GREETING = "0 1 0 1 0\n"

--- Returns the connection of a linked server. The lines that it has received so far are discarded.
function Rig:link()
  local socket = self:connect()
  socket.incoming = fakes.GREETING
  self:frames(2)
  socket:received()
  return socket
end

--- Sends `text` from the server, runs `frames` frames (default 1) and returns the lines that the
-- scripts send.
function Rig:say(socket, text, frames)
  socket.incoming = socket.incoming .. text
  self:frames(frames or 1)
  return socket:received()
end

return fakes
