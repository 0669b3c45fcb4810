--- A stand-in for the simulator: runs the real scripts of a Saved Games folder in
-- real Lua 5.1 with real LuaSocket (Debian packages `lua5.1` and `lua-socket`).
--
--   lua5.1 tests/standin/sim.lua --saved-games DIR [options]
--
--   --saved-games DIR   the write folder, with Scripts/ in it; without this option a
--                       temporary one is created, which needs --lua
--   --lua DIR           first copies this folder (`lua/`) to the write folder, adds the line
--                       to Export.lua and writes config.lua with the two ports
--   --hook-port N, --export-port N    for --lua; default 4243 and 4244
--   --install DIR       the install folder that `lfs.currentdir` returns
--   --aircraft NAME     starts a mission with this aircraft at once
--   --fps N             frames per second, default 60
--   --scenario FILE     a file of control lines, which may also have `wait <seconds>` and `again`
--   --record FILE       writes the output to this file too
--   --no-control        does not read stdin; without this option, the end of stdin ends the sim
--
-- Control lines are read from stdin; README.md in this folder lists them. The output:
--
--   ready hook=4243 export=4244      the scripts listen (export=- without a mission)
--   action <device> <command> <value> frame <n>    what reached the cockpit
--   dropped <device> <command> <value> frame <n>   a second one in the same frame
--   log <state> <level> <subject> <text>           what the scripts log
--   violation: …                     the scripts did something that would harm the real sim
--   usage: …                         a control line was wrong

local here = arg[0]:match("^(.*[/\\])") or "./"
local socket = require("socket")
local World = assert(loadfile(here .. "world.lua"))(dofile(here .. "figures.lua"))
local states = dofile(here .. "states.lua")
local control = dofile(here .. "control.lua")

local EXPORT_LINE = 'pcall(function() dofile(require("lfs").writedir()'
  .. ' .. "Scripts/dcs-master/export.lua") end)'
  .. ' -- dcs-master: this line was added by "dcs-master install"\n'

local function fail(text)
  io.stderr:write(text, "\n")
  os.exit(2)
end

local function read_options(words)
  local options =
    { fps = 60, ["hook-port"] = 4243, ["export-port"] = 4244, install = "/DCS World/" }
  local i = 1
  while i <= #words do
    local name = words[i]:match("^%-%-(.+)$")
    if name == "no-control" then
      options[name] = true
    elseif name and words[i + 1] then
      i = i + 1
      options[name] = words[i]
    else
      fail("unknown option " .. words[i] .. "; the head of sim.lua lists the options")
    end
    i = i + 1
  end
  options.fps = tonumber(options.fps) or fail("--fps needs a number")
  return options
end

local function quoted(path)
  return "'" .. path:gsub("'", "'\\''") .. "'"
end

local function output_of(command)
  local pipe = assert(io.popen(command))
  local text = pipe:read("*l")
  pipe:close()
  return text
end

local function write_file(path, mode, text)
  local file = assert(io.open(path, mode))
  file:write(text)
  file:close()
end

--- Copies the scripts, adds the line to Export.lua and writes config.lua.
local function install(lua, saved_games, options)
  os.execute("mkdir -p " .. quoted(saved_games .. "Scripts"))
  os.execute("cp -r " .. quoted(lua .. "/.") .. " " .. quoted(saved_games))
  write_file(saved_games .. "Scripts/Export.lua", "a", EXPORT_LINE)
  local config = "return { hook_port = " .. options["hook-port"]
  config = config .. ", export_port = " .. options["export-port"] .. " }\n"
  write_file(saved_games .. "Scripts/dcs-master/config.lua", "w", config)
end

local function prepare_folder(options)
  local saved_games = options["saved-games"]
  if not saved_games then
    if not options.lua then
      fail("no write folder: give --saved-games DIR, or --lua DIR for a temporary folder")
    end
    saved_games = output_of("mktemp -d")
    options.temporary = saved_games
  end
  saved_games = saved_games:gsub("/*$", "/")
  if options.lua then
    install(options.lua, saved_games, options)
  end
  return saved_games
end

local function hook_files(saved_games)
  local files = {}
  local listing = "ls " .. quoted(saved_games .. "Scripts/Hooks") .. " 2>/dev/null"
  local pipe = assert(io.popen(listing))
  for name in pipe:lines() do
    if name:match("%.lua$") then
      files[#files + 1] = saved_games .. "Scripts/Hooks/" .. name
    end
  end
  pipe:close()
  return files
end

local Sim = {}
Sim.__index = Sim

local function recorder(path)
  local file = path and assert(io.open(path, "w"))
  return function(text)
    io.stdout:write(text, "\n")
    io.stdout:flush()
    if file then
      file:write(text, "\n")
      file:flush()
    end
  end
end

function Sim.new(options)
  local self = setmetatable({ running = true, ports = {}, sleep = socket.sleep }, Sim)
  self.record = recorder(options.record)
  self.world = World.new(self.record)
  self.folders = { write = prepare_folder(options), install = options.install }
  self.hook =
    states.hook(self.world, self.folders, hook_files(self.folders.write), self:logger("hook"))
  return self
end

--- Returns a function that records a state's log lines and the port on which the state listens.
function Sim:logger(state)
  return function(level, subject, text)
    self.record(table.concat({ "log", state, level, subject, text }, " "))
    local port = text:match(": listening on %S+:(%d+)")
    if subject == "DCS-MASTER" and port then
      self.ports[state] = port
    end
  end
end

function Sim:start_mission(seconds)
  self:stop_mission()
  self.hook:call("onMissionLoadBegin")
  socket.sleep(seconds)
  self.world.mission = true
  self.ports.export = nil
  self.export = states.export(self.world, self.folders, self:logger("export"))
  self.hook:call("onMissionLoadEnd")
  self.hook:call("onSimulationStart")
  self.export:call("LuaExportStart")
end

function Sim:stop_mission()
  if self.export then
    self.export:call("LuaExportStop")
    self.export = nil
    self.world.mission = false
    self.hook:call("onSimulationStop")
  end
end

function Sim:frame(seconds)
  self.world:advance(seconds)
  self.hook:call("onSimulationFrame")
  if self.export and not self.world.paused then
    self.export:call("LuaExportBeforeNextFrame")
    self.export:call("LuaExportAfterNextFrame")
  end
  self:tell_ready()
end

function Sim:tell_ready()
  if not self.ready and self.ports.hook and (self.ports.export or not self.export) then
    self.ready = true
    self.record("ready hook=" .. self.ports.hook .. " export=" .. (self.ports.export or "-"))
  end
end

-- LuaSocket's select takes any object that has a file descriptor.
local STDIN = {
  getfd = function()
    return 0
  end,
  dirty = function()
    return false
  end,
}

--- Carries out the lines that have arrived on stdin. The end of stdin ends the sim.
local function read_control(sim)
  while sim.running and #socket.select({ STDIN }, nil, 0) > 0 do
    local line = io.read("*l")
    if not line then
      sim.running = false
      return
    end
    control.run(sim, line)
  end
end

--- Returns a function that carries out the lines of a scenario at their times.
local function scenario(sim, path)
  local lines, position, resume = {}, 1, 0
  for line in assert(io.lines(path)) do
    lines[#lines + 1] = line
  end
  return function(seconds)
    while sim.running and position <= #lines and seconds >= resume do
      local line = lines[position]
      position = position + 1
      local wait = tonumber(line:match("^wait (%S+)"))
      if wait then
        resume = seconds + wait
      elseif line == "again" then
        position = 1
      else
        control.run(sim, line)
      end
    end
  end
end

local function run(options)
  io.stdin:setvbuf("no")
  local sim = Sim.new(options)
  local play = options.scenario and scenario(sim, options.scenario)
  if options.aircraft then
    sim.world.aircraft = options.aircraft
    sim:start_mission(0)
  end
  local began, period = socket.gettime(), 1 / options.fps
  local next_frame = began
  while sim.running do
    if not options["no-control"] then
      read_control(sim)
    end
    local now = socket.gettime()
    if play then
      play(now - began)
    end
    sim:frame(now - began)
    next_frame = math.max(next_frame + period, now)
    socket.sleep(math.max(0, next_frame - socket.gettime()))
  end
  sim:stop_mission()
  if options.temporary then
    os.execute("rm -r " .. quoted(options.temporary))
  end
end

run(read_options(arg))
