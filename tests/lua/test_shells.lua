--- Tests of the two shells and `platform.lua`, in the stand-in's two Lua states and with real
-- sockets.

local t, fakes, root = ...
local socket = require("socket")
local figures = dofile(root .. "tests/standin/figures.lua")
local World = assert(loadfile(root .. "tests/standin/world.lua"))(figures)
local states = dofile(root .. "tests/standin/states.lua")

local EXPORT_LINE = 'pcall(function() dofile(require("lfs").writedir()'
  .. ' .. "Scripts/dcs-master/export.lua") end) -- dcs-master: this line was added'
  .. ' by "dcs-master install"\n'

-- Lower than the ports that systems assign to outgoing connections.
local next_port = 20000 + tonumber(tostring({}):match("%x+$"), 16) % 10000

local function free_port()
  while true do
    next_port = next_port + 1
    local probe = assert(socket.tcp4())
    local ok = probe:bind("127.0.0.1", next_port)
    probe:close()
    if ok then
      return next_port
    end
  end
end

local function write(path, text)
  local file = assert(io.open(path, "w"))
  file:write(text)
  file:close()
end

local temporary_folders = {}

--- Returns a sim with a Saved Games folder in which the scripts are installed. `options`: `config`
-- and `export` (the texts of config.lua and Export.lua), `require`.
local function sim(options)
  options = options or {}
  local pipe = assert(io.popen("mktemp -d"))
  local temporary = pipe:read("*l")
  pipe:close()
  temporary_folders[#temporary_folders + 1] = temporary
  local folder = temporary .. "/Jörg's Spiele/DCS/"
  local quoted = "'" .. folder:gsub("'", "'\\''") .. "'"
  assert(os.execute("mkdir -p " .. quoted .. " && cp -r " .. root .. "lua/. " .. quoted) == 0)
  local ports = { hook = free_port(), export = free_port() }
  local config = "return { hook_port = %d, export_port = %d }"
  write(
    folder .. "Scripts/dcs-master/config.lua",
    options.config or config:format(ports.hook, ports.export)
  )
  write(folder .. "Scripts/Export.lua", options.export or EXPORT_LINE)
  local it = { logs = {}, records = {}, ports = ports, folder = folder }
  it.world = World.new(function(text)
    it.records[#it.records + 1] = text
  end)
  it.folders = { write = folder, install = "/DCS World/", require = options.require }
  it.files = { folder .. "Scripts/Hooks/dcs-master-hook.lua" }
  function it.log(level, subject, text)
    it.logs[#it.logs + 1] = level .. " " .. subject .. " " .. text
  end
  function it:start_hook()
    self.hook = states.hook(self.world, self.folders, self.files, self.log)
  end
  function it:start_mission()
    self.world.mission, self.world.aircraft = true, "A-4E-C"
    self.export = states.export(self.world, self.folders, self.log)
    if self.hook then
      self.hook:call("onSimulationStart")
    end
    self.export:call("LuaExportStart")
  end
  function it:frames(count)
    for _ = 1, count do
      self.world:advance(0)
      if self.hook then
        self.hook:call("onSimulationFrame")
      end
      if self.export then
        self.export:call("LuaExportBeforeNextFrame")
        self.export:call("LuaExportAfterNextFrame")
      end
    end
  end
  return it
end

--- Connects and greets. Returns the first line, or nil when nothing listens, and the socket.
local function hello(it, state)
  local client = socket.connect("127.0.0.1", it.ports[state])
  if not client then
    return nil
  end
  client:settimeout(0)
  client:send(fakes.GREETING)
  local deadline, line = socket.gettime() + 30, nil
  while not line and socket.gettime() < deadline do
    socket.sleep(0.005)
    it:frames(1)
    line = client:receive("*l")
  end
  return line, client
end

t.case("T25: without LuaSocket both states are disabled, with one line each", function()
  local it = sim({
    require = function()
      error("module 'socket' not found", 0)
    end,
  })
  it:start_hook()
  it.export = nil
  it:start_mission()
  it:frames(100)
  t.equal(it.logs, {
    "WARNING DCS-MASTER disabled: LuaSocket cannot be loaded: module 'socket' not found",
    "WARNING DCS-MASTER disabled: LuaSocket cannot be loaded: module 'socket' not found",
  })
  t.equal(#it.hook.callbacks, 0)
  t.equal(it.export.globals.LuaExportStart, nil)
end)

t.case("shells: both states link, in a folder with a name that is not ASCII", function()
  local it = sim()
  it:start_hook()
  it:start_mission()
  it:frames(1)
  for _, state in ipairs({ "hook", "export" }) do
    local line, client = hello(it, state)
    t.contains(line, '{"hello":"' .. state .. '","link":1,"version":"0.1.0"')
    t.contains(line, '"write_dir":"' .. it.folder .. '","install_dir":"/DCS World/"}')
    client:close()
  end
  local path = it.hook.globals.package.cpath
  t.contains(path, ";.\\LuaSocket\\?.dll")
  it.hook:load()
  t.equal(it.hook.globals.package.cpath, path, "added once")
end)

t.case("T24: scripts loaded again take over, the old callbacks do nothing", function()
  local it = sim()
  it:start_hook()
  it:frames(1)
  local _, client = hello(it, "hook")
  it.hook:load()
  it.hook:load()
  it:frames(2)
  client:settimeout(1)
  local reason
  repeat
    _, reason = client:receive("*l")
  until reason
  t.equal(reason, "closed")
  local listening = 0
  for _, line in ipairs(it.logs) do
    listening = listening + (line:find("listening on", 1, true) and 1 or 0)
  end
  t.equal(listening, 2, "the first and the last")
  local line, again = hello(it, "hook")
  t.contains(line, "hello")
  again:close()
end)

t.case("T22: the hook state's callbacks return nothing and distinguish missions", function()
  local it = sim()
  it:start_hook()
  it:frames(1)
  for _, name in ipairs({
    "onSimulationFrame",
    "onSimulationStart",
    "onSimulationStop",
    "onMissionLoadBegin",
  }) do
    t.equal(select("#", it.hook.callbacks[1][name]()), 0, name)
  end
end)

local OTHERS = [[
calls = {}
local function tool(name)
  local previous = {}
  for _, callback in ipairs({ "Start", "BeforeNextFrame", "AfterNextFrame", "Stop" }) do
    local key = "LuaExport" .. callback
    previous[key] = _G[key]
    _G[key] = function()
      calls[#calls + 1] = name .. " " .. callback
      if previous[key] then previous[key]() end
      if name == "broken" then error("a bug in a tool", 0) end
    end
  end
end
]]

t.case(
  "shells: other scripts' callbacks are called, even if one of them raises an error",
  function()
    local export = OTHERS .. 'tool("one") tool("broken")\n' .. EXPORT_LINE .. 'tool("late")\n'
    local it = sim({ export = export })
    it:start_mission()
    it:frames(1)
    it.export:call("LuaExportStop")
    local expected = {}
    for _, callback in ipairs({ "Start", "BeforeNextFrame", "AfterNextFrame", "Stop" }) do
      for _, name in ipairs({ "late", "broken", "one" }) do
        expected[#expected + 1] = name .. " " .. callback
      end
    end
    t.equal(it.export.globals.calls, expected)
    local log = table.concat(it.logs, "\n")
    t.contains(log, "listening on 127.0.0.1:" .. it.ports.export)
    t.contains(log, "error in another script's LuaExportAfterNextFrame: a bug in a tool")
    t.contains(log, "WARNING DCS-MASTER error in another")
    t.equal(log:find("LUA-EXPORT", 1, true), nil, "errors that reach the sim")
  end
)

t.case("shells: an error value that cannot be shown as text does not stop our frame", function()
  local function fail_with(source)
    local export = "function LuaExportAfterNextFrame() error(" .. source .. ") end\n"
    local other = sim({ export = export .. EXPORT_LINE })
    other:start_mission()
    other:frames(1)
    local line, client = hello(other, "export")
    t.contains(line, "hello")
    client:close()
    local log = table.concat(other.logs, "\n")
    t.equal(log:find("LUA-EXPORT", 1, true), nil, "errors that reach the sim")
    return log
  end
  local cannot = "LuaExportAfterNextFrame: (a table that cannot be shown as text)"
  t.contains(fail_with("setmetatable({}, { __tostring = error })"), cannot)
  t.contains(fail_with("setmetatable({}, { __tostring = function() return {} end })"), cannot)
  local log = fail_with('string.rep("line\\n", 200000)')
  t.contains(log, "LuaExportAfterNextFrame: ")
  for line in log:gmatch("[^\n]+") do
    t.equal(line:find("^%u+ DCS%-MASTER") ~= nil, true, "one line each")
    t.equal(#line < 600, true, #line .. " bytes")
  end
end)

t.case("shells: any text becomes one short line in the log", function()
  local it = sim({ config = 'error_name = ("x\\n"):rep(100000)\nreturn { [error_name] = 1 }' })
  it:start_hook()
  t.equal(#it.logs >= 1, true)
  t.contains(it.logs[1], "there is no setting x\\nx\\n")
  t.equal(#it.logs[1] < 600 and not it.logs[1]:find("\n"), true)
end)

--- Sets a metatable, as some scripts do, with which any use of an undefined global raises an error.
local STRICT = [[
setmetatable(_G, {
  __index = function(_, name) error("undefined global " .. tostring(name)) end,
  __newindex = function(_, name) error("new global " .. tostring(name)) end,
})
]]

t.case("shells: strict globals do not disable the export state", function()
  local it = sim({ export = STRICT .. EXPORT_LINE .. EXPORT_LINE })
  it:start_mission()
  it:frames(1)
  local line, client = hello(it, "export")
  t.contains(line, "hello")
  client:close()
  it.export:call("LuaExportStop")
  t.equal(it.logs[1]:find("failed", 1, true), nil)
end)

t.case("shells: globals that become strict later do not disable the export state", function()
  local export = OTHERS .. 'tool("one")\n' .. EXPORT_LINE .. STRICT
  local it = sim({ export = export })
  it:start_mission()
  it:frames(1)
  local line, client = hello(it, "export")
  t.contains(line, "hello")
  client:close()
  t.equal(it.export.globals.calls[1], "one Start")
end)

t.case("shells: globals that another script serves through a metatable are found", function()
  local export = [[
    local kept = { LuaExportStart = function() rawset(_G, "started", true) end }
    setmetatable(_G, { __index = kept, __newindex = kept })
  ]]
  local it = sim({ export = export .. EXPORT_LINE })
  it:start_mission()
  it:frames(1)
  local line, client = hello(it, "export")
  t.contains(line, "hello")
  client:close()
  t.equal(it.export.globals.started, true)
end)

t.case("shells: strict globals do not disable the hook state", function()
  local it = sim()
  local strict = it.folder .. "Scripts/Hooks/a-strict.lua"
  write(strict, "local _G = _G\n" .. STRICT)
  table.insert(it.files, 1, strict)
  it:start_hook()
  it.hook:load()
  it:frames(1)
  local line, client = hello(it, "hook")
  t.contains(line, "hello")
  client:close()
  t.equal(table.concat(it.logs, "\n"):find("failed", 1, true), nil)
end)

t.case("shells: if the line is twice in Export.lua, there is one link", function()
  local it = sim({ export = EXPORT_LINE .. EXPORT_LINE })
  it:start_mission()
  it:frames(1)
  t.equal(#it.logs, 1)
  local line, client = hello(it, "export")
  t.contains(line, "hello")
  client:close()
end)

t.case("T23: the export state ends with its mission, the next one listens again", function()
  local it = sim()
  for _ = 1, 3 do
    it:start_mission()
    it:frames(1)
    local line, client = hello(it, "export")
    t.contains(line, "hello")
    it.export:call("LuaExportStop")
    client:settimeout(1)
    t.equal(select(2, client:receive("*l")), "closed")
    client:close()
    t.equal(socket.connect("127.0.0.1", it.ports.export), nil)
    it.export = nil
  end
end)

t.case("T2: a port that another program has is named in the log", function()
  local it = sim()
  local other = assert(socket.tcp4())
  assert(other:bind("127.0.0.1", it.ports.hook))
  assert(other:listen(1))
  it:start_hook()
  it:frames(1)
  other:close()
  t.contains(it.logs[1], "cannot listen on 127.0.0.1:" .. it.ports.hook)
  t.contains(it.logs[1], "address already in use")
end)

t.case("shells: a broken config.lua is named, the scripts run with the defaults", function()
  local broken = {
    ["return {"] = "config.lua is not valid Lua",
    ["return { hook_port = lfs.writedir() }"] = "config.lua failed, defaults apply",
    ["hook_port = 1"] = "config.lua should end with: return {",
    ["return { bind = '0.0.0.0' }"] = "anyone on that network can press cockpit buttons",
  }
  for text, message in pairs(broken) do
    local it = sim({ config = text })
    it:start_hook()
    t.contains(it.logs[1], message)
    t.equal(#it.hook.callbacks, 1, text)
  end
end)

t.case("shells: config.lua may begin with a byte order mark and have any line endings", function()
  local it = sim()
  local config =
    "\239\187\191-- mine\r\nreturn {\r\n  hook_port = %d,\r\n  export_port = %d,\r\n}\r\n"
  local path = it.folder .. "Scripts/dcs-master/config.lua"
  write(path, config:format(it.ports.hook, it.ports.export))
  it:start_hook()
  it:frames(1)
  t.equal(it.logs, { "INFO DCS-MASTER hook: listening on 127.0.0.1:" .. it.ports.hook })
end)

t.case("shells: problems are logged as warnings", function()
  local first, second = sim(), sim()
  first:start_hook()
  first:frames(1)
  local path = second.folder .. "Scripts/dcs-master/config.lua"
  write(path, "return { hook_port = " .. first.ports.hook .. " }")
  second:start_hook()
  second:frames(1)
  t.contains(second.logs[1], "WARNING DCS-MASTER hook: cannot listen on 127.0.0.1:")
end)

t.case("shells: a missing file is logged and raises no error", function()
  local it = sim()
  os.remove(it.folder .. "Scripts/dcs-master/link.lua")
  it:start_hook()
  it:start_mission()
  it:frames(2)
  t.equal(#it.logs, 2)
  t.contains(it.logs[1], "ERROR DCS-MASTER dcs-master-hook.lua failed: ")
  t.contains(it.logs[2], "ERROR DCS-MASTER export.lua failed: ")
  t.contains(it.logs[2], "link.lua")
end)

t.case("shells: nothing is done that would harm the real sim", function()
  local it = sim()
  it:start_hook()
  for _ = 1, 2 do
    it:start_mission()
    it:frames(1)
    local _, client = hello(it, "hook")
    client:send("2 540 1000\n1 12 3001 1 5\n1 12 3001 0 6\n")
    it.world.args[540] = 0.25
    local text = ""
    while not text:find('"540":0.25', 1, true) do
      it:frames(1)
      local _, _, rest = client:receive(8192)
      text = text .. rest
    end
    it:frames(5)
    client:close()
    it.export:call("LuaExportStop")
    it.export, it.world.mission = nil, false
    it.hook:call("onSimulationStop")
    it:frames(5)
  end
  t.equal(#it.records, 4)
  for i, record in ipairs(it.records) do
    t.contains(record, "action 12 3001 " .. i % 2 .. " frame")
  end
end)

t.case("shells: errors of the sim's functions reach only our log", function()
  local it = sim()
  it:start_hook()
  it:frames(1)
  local _, client = hello(it, "hook")
  it.hook.globals.Export.GetDevice = nil
  it.hook.globals.Export.LoGetSelfData = nil
  it.hook.globals.DCS.getPlayerUnitType = nil
  client:send("1 12 3001 1 5\n2 540 10\n")
  it:frames(5)
  client:send("0\n")
  t.equal(table.concat(it.logs, "\n"):find("LUA-HOOK", 1, true), nil)
  client:close()
end)

os.execute("rm -r " .. table.concat(temporary_folders, " "))
