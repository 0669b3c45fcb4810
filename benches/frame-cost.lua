--- Measures the cost of the scripts in a frame of the sim, with real Lua 5.1, real sockets over
-- loopback and a cockpit of Lua tables. Prints two Markdown tables; `docs/hook.md` explains them.
--
--   lua5.1 benches/frame-cost.lua [--load] [FILE]
--
-- FILE is the `server.lua` of the original dcs-master, to be measured beside ours. With
-- `--load` only the second table is printed: the cost under loads that clients could ask for
-- on purpose. The candidates of a case take turns, so that noise affects all of them alike.

local here = arg[0]:match("^(.*[/\\])") or "./"
local socket = require("socket")
local scripts = here .. "../lua/Scripts/dcs-master/"
local load = assert(loadfile(scripts .. "loader.lua"))(scripts)
local core, settings = load("core"), load("settings")

local ROUNDS, RUN = 20, 500
local FPS = 60

-- The scripts' clock runs as at 60 frames a second, however fast the frames follow each other.
local shift = 0
local function clock()
  return socket.gettime() + shift
end

-- The cockpit ------------------------------------------------------------------

local Cockpit = {}
Cockpit.__index = Cockpit

--- `percent` of the `count` args change each frame.
function Cockpit.new(count, percent)
  local values = {}
  for i = 1, count do
    values[i] = 0
  end
  local device = { values = values }
  function device.get_argument_value(_, number)
    return values[number]
  end
  function device.update_arguments() end
  function device.performClickableAction() end
  return setmetatable({ device = device, count = count, percent = percent, step = 0 }, Cockpit)
end

function Cockpit:advance()
  local changing = math.floor(self.count * self.percent / 100)
  for _ = 1, changing do
    self.step = self.step + 1
    self.device.values[self.step % self.count + 1] = (self.step * 7919 % 65521) / 65536
  end
end

-- Candidates: each has `frame()`, measured, and `drain()`, not measured ------------

local function listen()
  local listener = assert((socket.tcp4 or socket.tcp)())
  assert(listener:bind("127.0.0.1", 0))
  assert(listener:listen(32))
  listener:settimeout(0)
  return listener
end

local function connect(listener)
  local _, port = listener:getsockname()
  local client = assert(socket.connect("127.0.0.1", port))
  client:settimeout(0)
  client:setoption("tcp-nodelay", true)
  return client
end

local function drainer(clients)
  return function()
    for _, client in ipairs(clients) do
      while client:receive(8192) do
      end
    end
  end
end

local function host(listener)
  local chosen = settings.from(nil)
  return {
    settings = chosen,
    link = function(name, version)
      return {
        name = name,
        version = version,
        bind = "127.0.0.1",
        port = 0,
        accepts_per_second = chosen.accepts_per_second,
        max_frame_ms = chosen.max_frame_ms,
        listen = function()
          return listener
        end,
        clock = clock,
        log = function() end,
        warn = function() end,
      }
    end,
  }
end

local function run_frames(candidate, frames)
  for _ = 1, frames do
    shift = shift + 1 / FPS
    candidate.frame()
    candidate.drain()
  end
end

--- Sends all of `text`, with frames between the parts that the socket takes.
local function send_all(candidate, server, text)
  local from = 1
  while from <= #text do
    local sent, _, last = server:send(text, from)
    from = (sent or last) + 1
    run_frames(candidate, 1)
  end
end

--- Returns our scripts as a candidate, linked to a server that has sent `lines`; not linked when
-- `lines` is nil. The text that `each_frame(number)` returns, if given, is sent before every frame.
local function ours(make, lines, each_frame)
  local listener = listen()
  local program = make(host(listener))
  local candidate = { frame = program.frame, drain = function() end, close = program.stop }
  if lines then
    local server = connect(listener)
    candidate.drain = drainer({ server })
    send_all(candidate, server, "0 1 0 1 0\n" .. table.concat(lines))
    run_frames(candidate, FPS * 2)
    local beat = 0
    function candidate.drain()
      beat = beat + 1
      if each_frame then
        server:send(each_frame(beat))
      elseif beat % (2 * FPS) == 0 then
        server:send("0\n")
      end
      while server:receive(8192) do
      end
    end
  end
  return candidate
end

--- `rate_of(i)`: the rate of arg `i`; `each_frame`: see `ours`.
local function our_hook(cockpit, watched, rate_of, each_frame)
  local lines = {}
  for i = 1, watched do
    lines[i] = "2 " .. i .. " " .. (rate_of and rate_of(i) or 1000) .. "\n"
  end
  return ours(function(h)
    return core.hook(h, {
      get_device = function()
        return cockpit.device
      end,
      self_data = function()
        return { Name = "Bench" }
      end,
      unit_type = function() end,
    })
  end, lines, each_frame)
end

local function our_export(count)
  local texts, calls, lines = {}, 0, {}
  for i = 0, 9 do
    texts[i] =
      string.rep("-----------------------------------------\nname\nvalue " .. i .. "\n", 10)
  end
  for i = 0, count - 1 do
    lines[i + 1] = "3 " .. i .. " 10 1\n"
  end
  return ours(function(h)
    return core.export(h, {
      list_indication = function(number)
        calls = calls + 1
        return texts[(number + math.floor(calls / 100)) % 10]
      end,
    })
  end, lines)
end

--- Returns the least possible script as a candidate: it reads all args, formats those that changed
-- and sends them at once. It handles no errors.
local function least(cockpit, watched)
  local listener = listen()
  local server = connect(listener)
  listener:settimeout(1)
  local client = assert(listener:accept())
  client:settimeout(0)
  client:setoption("tcp-nodelay", true)
  local format, concat = string.format, table.concat
  local args, forms, sent, out = {}, {}, {}, {}
  for i = 1, watched do
    args[i], forms[i] = i, '"' .. i .. '":%.9g'
  end
  local function frame()
    local device = cockpit.device
    device:update_arguments()
    local get, n = device.get_argument_value, 0
    for i = 1, #args do
      local value = get(device, args[i])
      if value ~= sent[i] then
        sent[i] = value
        n = n + 1
        out[n] = format(forms[i], value)
      end
    end
    if n > 0 then
      client:send('{"args":{' .. concat(out, ",", 1, n) .. "}}\n")
    end
  end
  return {
    frame = frame,
    drain = drainer({ server }),
    close = function()
      client:close()
    end,
  }
end

local function sandbox(cockpit, listener)
  local sink = { write = function() end, close = function() end }
  local env = setmetatable({}, { __index = _G })
  env.package = { path = "", cpath = "" }
  env.lfs = {
    writedir = function()
      return ""
    end,
  }
  env.io = {
    open = function(_, mode)
      if mode == "w" then
        return sink
      end
      return nil, "no such file"
    end,
  }
  env.require = function()
    return {
      bind = function()
        return listener
      end,
      protect = socket.protect,
      try = socket.try,
    }
  end
  env.loadfile = function()
    return function()
      return {}
    end
  end
  env.LoGetSelfData = function()
    return { Name = "Bench" }
  end
  env.LoGetModelTime = clock
  env.GetDevice = function()
    return cockpit.device
  end
  env.list_indication = function()
    return ""
  end
  return env
end

--- Returns the original server as a candidate, with `count` clients that have the same
-- subscriptions.
local function original(path, cockpit, watched, count)
  local chunk = assert(loadfile(path))
  local listener = listen()
  local env = sandbox(cockpit, listener)
  setfenv(chunk, env)
  chunk()
  env.LuaExportStart()
  local clients = {}
  for i = 1, count do
    clients[i] = connect(listener)
    for number = 1, watched do
      clients[i]:send("2 " .. number .. " " .. number .. " 5 1000\n")
    end
  end
  local candidate = { drain = drainer(clients), frames = RUN / 10 }
  function candidate.frame()
    env.LuaExportBeforeNextFrame()
    env.LuaExportAfterNextFrame()
  end
  function candidate.close()
    for _, client in ipairs(clients) do
      client:close()
    end
    listener:close()
  end
  run_frames(candidate, watched + count + 10)
  return candidate
end

-- Measuring ----------------------------------------------------------------------

--- Runs `RUN` frames (or as many as the candidate wants) and adds their costs to `costs`. A cost is
-- processor time in seconds, which other programs do not disturb; nothing here ever waits.
local function run(candidate, cockpit, costs)
  local frame, drain, busy = candidate.frame, candidate.drain, os.clock
  collectgarbage()
  for _ = 1, candidate.frames or RUN do
    shift = shift + 1 / FPS
    cockpit:advance()
    local began = busy()
    frame()
    costs[#costs + 1] = busy() - began
    drain()
  end
end

local function mean(costs)
  local total = 0
  for _, cost in ipairs(costs) do
    total = total + cost
  end
  return total / #costs * 1e6
end

local NOTHING = { frame = function() end, drain = function() end, close = function() end }
local IDLE = Cockpit.new(1, 0)

--- Returns the cost of reading the processor's time twice, in microseconds.
local function own_cost()
  local costs = {}
  for _ = 1, ROUNDS do
    run(NOTHING, IDLE, costs)
  end
  return mean(costs)
end

local OWN_COST = own_cost()

local function garbage(candidate, cockpit)
  local total = 0
  collectgarbage()
  collectgarbage("stop")
  for _ = 1, RUN do
    shift = shift + 1 / FPS
    cockpit:advance()
    local before = collectgarbage("count")
    candidate.frame()
    total = total + collectgarbage("count") - before
    candidate.drain()
  end
  collectgarbage("restart")
  return total * 1024 / RUN
end

--- Measures the candidates in turn. Returns mean, p99 and max in microseconds and garbage in bytes,
-- all per frame.
local function measure(candidates, cockpit)
  local results = {}
  for _ = 1, ROUNDS do
    for i, candidate in ipairs(candidates) do
      results[i] = results[i] or { costs = {} }
      run(candidate, cockpit, results[i].costs)
    end
  end
  for i, candidate in ipairs(candidates) do
    local result, costs = results[i], results[i].costs
    table.sort(costs)
    result.mean = math.max(0, mean(costs) - OWN_COST)
    result.p99 = math.max(0, costs[math.ceil(#costs * 0.99)] * 1e6 - OWN_COST)
    result.max = math.max(0, costs[#costs] * 1e6 - OWN_COST)
    result.garbage = garbage(candidate, cockpit)
    candidate.close()
  end
  return results
end

local function row(name, result, least_mean, our_mean)
  local text = "| %s | %.2f | %.1f | %.1f | %.0f | %s | %s |\n"
  local against_least = least_mean and string.format("%.2f", result.mean / least_mean) or ""
  local against_ours = our_mean and string.format("%.1f", result.mean / our_mean) or ""
  io.write(
    text:format(
      name,
      result.mean,
      result.p99,
      result.max,
      result.garbage,
      against_least,
      against_ours
    )
  )
end

local function idle_cases()
  local dormant = ours(function(h)
    return core.hook(h, {})
  end)
  local linked = our_hook(IDLE, 0)
  local results = measure({ NOTHING, dormant, linked, our_export(10) }, IDLE)
  row("not installed", results[1])
  row("dormant", results[2])
  row("linked, nothing watched", results[3])
  row("linked, 10 indicators watched", results[4])
end

local function arg_case(watched, percent, original_path)
  local cockpit = Cockpit.new(watched, percent)
  local case = watched .. " args, " .. percent .. "% changing: "
  local results = measure({ least(cockpit, watched), our_hook(cockpit, watched) }, cockpit)
  local least_mean, our_mean = results[1].mean, results[2].mean
  row(case .. "least possible script", results[1], least_mean)
  row(case .. "**these scripts**, any number of clients", results[2], least_mean)
  -- The original is measured apart from them: its work is so much that it would empty their caches.
  for _, count in ipairs(original_path and watched == 100 and { 1, 4, 16 } or {}) do
    local result = measure({ original(original_path, cockpit, watched, count) }, cockpit)[1]
    row(case .. "original, " .. count .. " clients", result, least_mean, our_mean)
  end
end

-- Loads that clients could ask for on purpose: before the frame had a budget they cost up to
-- a quarter of a second.

local function rate_each(i)
  return string.format("%.4f", 20 + i / 512)
end

--- A flood of lines: 8 KB of `line_of(i)` before every frame.
local function flood(line_of)
  return function(frame)
    local lines, size = {}, 0
    for i = 1, 8192 do
      lines[i] = line_of(frame * 31 + i)
      size = size + #lines[i]
      if size > 8000 then
        return table.concat(lines)
      end
    end
    return table.concat(lines)
  end
end

local function load_row(name, watched, percent, rate_of, each_frame, action_us)
  local cockpit = Cockpit.new(watched, percent)
  function cockpit.device.performClickableAction()
    local till = os.clock() + (action_us or 0) * 1e-6
    while os.clock() < till do
    end
  end
  local candidate = our_hook(cockpit, watched, rate_of, each_frame)
  local costs = {}
  -- The first run lets the estimates of the budget settle.
  run(candidate, cockpit, {})
  run(candidate, cockpit, costs)
  table.sort(costs)
  candidate.close()
  local p99 = costs[math.ceil(#costs * 0.99)]
  local text = "| %s | %.0f | %.0f | %.0f |\n"
  io.write(text:format(name, mean(costs), p99 * 1e6, costs[#costs] * 1e6))
end

local function load_cases()
  io.write("\n| per frame, under load | mean µs | p99 µs | max µs |\n|---|---|---|---|\n")
  load_row("4,096 args at one rate", 4096, 0)
  load_row("4,096 args with a rate each", 4096, 0, rate_each)
  load_row("16,384 args with a rate each", 16384, 0, rate_each)
  load_row("16,384 args that all change", 16384, 100)
  load_row(
    "8 KB of watches a frame",
    4096,
    0,
    rate_each,
    flood(function(i)
      return "2 " .. i % 16384 .. " " .. rate_each(i * 7 % 16384) .. "\n"
    end)
  )
  local function action(i)
    return "1 12 " .. i .. " 1 1\n"
  end
  load_row("8 KB of actions a frame", 100, 0, nil, flood(action))
  load_row("8 KB of actions a frame, 20 µs each in the sim", 100, 0, nil, flood(action), 20)
  load_row(
    "8 KB of empty lines a frame",
    100,
    0,
    nil,
    flood(function()
      return "\n"
    end)
  )
end

if arg[1] ~= "--load" then
  io.write("| per frame | mean µs | p99 µs | max µs | garbage bytes | × least | × ours |\n")
  io.write("|---|---|---|---|---|---|---|\n")
  idle_cases()
  for _, watched in ipairs({ 100, 300 }) do
    for _, percent in ipairs({ 0, 10, 100 }) do
      arg_case(watched, percent, arg[1])
    end
  end
end
load_cases()
