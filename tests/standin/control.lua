--- The control lines of the stand-in, from stdin and from scenario files. `README.md` here
-- lists them.

local control = {}

local commands = {}

local ESCAPES = { n = "\n", r = "\r", t = "\t", ["\\"] = "\\" }

--- Returns the text with `\n`, `\r`, `\t`, `\\` and `\xHH` replaced by the bytes they stand for.
local function unescape(text)
  text = text:gsub("\\x(%x%x)", function(hex)
    local char = string.char(tonumber(hex, 16))
    return char == "\\" and "\\\\" or char
  end)
  return (text:gsub("\\(.)", function(char)
    return ESCAPES[char] or "\\" .. char
  end))
end

local NOT_NUMBERS = { nan = 0 / 0, inf = math.huge, ["-inf"] = -math.huge, ["nil"] = "nil" }

function commands.arg(sim, rest)
  local arg, value = rest:match("^(%d+) (.+)$")
  if not arg then
    return "arg <number> <value>|nan|inf|-inf|nil|text"
  end
  local number = tonumber(value)
  sim.world.moves[tonumber(arg)] = nil
  -- With some C libraries, tonumber does not accept nan and inf.
  if NOT_NUMBERS[value] ~= nil then
    sim.world.args[tonumber(arg)] = NOT_NUMBERS[value]
  else
    sim.world.args[tonumber(arg)] = number and sim.world.single(number) or value
  end
end

function commands.move(sim, rest)
  local arg, wave, period, low, high = rest:match("^(%d+) (%a+) (%S+) (%S+) (%S+)$")
  period, low, high = tonumber(period), tonumber(low), tonumber(high)
  if
    not (period and low and high) or not sim.world:move(tonumber(arg), wave, period, low, high)
  then
    return "move <arg> sine|ramp|square <period> <low> <high>"
  end
end

function commands.indicator(sim, rest)
  local number, text = rest:match("^(%d+) ?(.*)$")
  if not number then
    return "indicator <number> <escaped text>|nil"
  end
  sim.world.elements[tonumber(number)] = nil
  sim.world.indicators[tonumber(number)] = text ~= "nil" and unescape(text) or nil
end

function commands.draw(sim, rest)
  local number, value = rest:match("^(%d+) (%S+)$")
  if not number then
    return "draw <number> <value>"
  end
  sim.world.draw_args[tonumber(number)] = sim.world.single(tonumber(value))
end

function commands.frequency(sim, rest)
  local device, value = rest:match("^(%d+) (%S+)$")
  if not device then
    return "frequency <device> <hertz>"
  end
  sim.world.frequencies[tonumber(device)] = tonumber(value)
end

function commands.params(sim, rest)
  sim.world.parameters = rest ~= "nil" and unescape(rest) or nil
end

function commands.show(sim, rest)
  local number, name, text = rest:match("^(%d+) (%S+) ?(.*)$")
  if not number then
    return "show <indicator> <element> <escaped text>"
  end
  sim.world:show(tonumber(number), name, unescape(text))
end

function commands.aircraft(sim, rest)
  if rest == "" then
    return "aircraft <name>|none"
  end
  sim.world.aircraft = rest ~= "none" and rest or nil
end

function commands.mission(sim, rest)
  local what, seconds = rest:match("^(%a+) ?(%S*)$")
  if what == "start" then
    sim:start_mission(tonumber(seconds) or 0)
  elseif what == "stop" then
    sim:stop_mission()
  else
    return "mission start [<seconds of loading>] | mission stop"
  end
end

function commands.device(sim, rest)
  local number, what = rest:match("^(%d+) (%a+)$")
  if what ~= "nil" and what ~= "exists" then
    return "device <number> nil|exists"
  end
  sim.world.missing_devices[tonumber(number)] = what == "nil" or nil
end

function commands.wire(sim, rest)
  local device, command, arg = rest:match("^(%d+) (%d+) (%d+)$")
  if not arg then
    return "wire <device> <command> <arg>"
  end
  sim.world.wires[device .. " " .. command] = tonumber(arg)
end

function commands.selfdata(sim, rest)
  sim.world.self_data = rest == "on"
end

function commands.cold(sim, rest)
  if rest ~= "on" and rest ~= "off" then
    return "cold on|off"
  end
  sim.world.cold = rest == "on"
end

function commands.figure(sim, rest)
  local path, value = rest:match("^(%S+) (%S+)$")
  if not path then
    return "figure <function>[.<path>] <value>|nan|inf|-inf|nil|text"
  end
  local odd = NOT_NUMBERS[value]
  if value == "nil" then
    sim.world.figures[path] = {}
  else
    sim.world.figures[path] = { odd or tonumber(value) or value }
  end
end

commands["raise"] = function(sim, rest)
  sim.world.raising[rest] = true
end

function commands.calm(sim)
  sim.world.raising = {}
end

function commands.pause(sim, rest)
  sim.world.paused = rest == "on"
end

function commands.gap(sim, rest)
  sim.sleep(tonumber(rest) or 0)
end

function commands.reload(sim)
  sim.hook:load()
end

function commands.echo(sim, rest)
  sim.record("echo " .. rest)
end

function commands.quit(sim)
  sim.running = false
end

--- Carries out one line. If the line is wrong, records its usage.
function control.run(sim, line)
  local name, rest = line:match("^%s*(%S+)%s?(.-)\r?$")
  if not name or name:sub(1, 1) == "#" then
    return
  end
  local command = commands[name]
  local problem = "unknown command " .. name
  if command then
    problem = command(sim, rest)
  end
  if problem then
    sim.record("usage: " .. problem)
  end
end

return control
