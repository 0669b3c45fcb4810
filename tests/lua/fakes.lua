--- Sockets and a sim that fail on demand, and a rig to run the scripts with them.

local directory, read_json = ...

local fakes = { read_json = read_json }

-- Sockets ----------------------------------------------------------------------

local Socket = {}
Socket.__index = Socket

--- One end of a connection, the scripts': `incoming` is what the server has sent,
-- `outgoing` what it got, `room` how many bytes the next sends take.
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

--- What was sent since the last call, as tables; reports of the cost go to `stats`.
function Socket:heard()
  local lines, rest = read_json(self.outgoing)
  self.outgoing = rest
  local heard = {}
  for _, line in ipairs(lines) do
    local list = line.stats and self.stats or heard
    list[#list + 1] = line
  end
  return heard
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

--- A cockpit with one panel. Its functions raise `broken[name]` when that is set, or a text
-- when it is true. `on_read(arg)` is called with each arg that is read.
function fakes.sim()
  local sim = setmetatable({ values = {}, acted = {}, texts = {}, broken = {}, reads = 0 }, Sim)
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
  }
  sim.devices[12] = sim.device
  return sim
end

function Sim:check(name)
  local broken = self.broken[name]
  if broken then
    error(broken == true and tostring(name) .. " is broken" or broken, 0)
  end
end

--- A function that answers `figures[name]`.
function Sim:figure(name)
  return function()
    self:check(name)
    self.reads = self.reads + 1
    return self.figures[name]
  end
end

--- What the cores are given.
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

--- The program of the state `name` ("hook" or "export") with fakes around it. `options`:
-- `listen` replaces the fake listener, for real sockets; `write_dir`; `config`, the settings.
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

--- A rig of this state, the server that it is linked to, and its sim.
function fakes.linked(name)
  local rig = fakes.rig(name)
  return rig, rig:link(), rig.sim
end

function Rig:last_log()
  return self.logs[#self.logs]
end

--- Error values whose text cannot be had: `__tostring` raises, returns nothing, or a table.
function fakes.bad_errors()
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

--- What nonsense is answered with on a new link, over the listener that there is.
function Rig:next_server()
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

--- `count` frames of `seconds` each (1 and 1/60 unless told).
function Rig:frames(count, seconds)
  for _ = 1, count or 1 do
    self.time = self.time + (seconds or 1 / 60)
    self.program.frame()
  end
end

--- A server that connects and is accepted, but says nothing yet.
function Rig:connect()
  local socket = fakes.socket()
  self.queue[#self.queue + 1] = socket
  self:frames(2, 0.3)
  return socket
end

fakes.GREETING = "0 1 0 1 0\n"

--- A server that is linked; what the scripts said to it so far is thrown away.
function Rig:link()
  local socket = self:connect()
  socket.incoming = fakes.GREETING
  self:frames(2)
  socket:heard()
  return socket
end

--- The server says `text`; returns what the scripts answer within a few frames.
function Rig:say(socket, text, frames)
  socket.incoming = socket.incoming .. text
  self:frames(frames or 1)
  return socket:heard()
end

return fakes
