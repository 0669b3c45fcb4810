--- Tests of the small parts: settings, the log limiter, JSON, texts.

local t, _, root = ...

local directory = root .. "lua/Scripts/dcs-master/"
local load = assert(loadfile(directory .. "loader.lua"))(directory)

t.case("settings: without a config the defaults apply", function()
  local settings, problems = load("settings").from(nil)
  t.equal(problems, {})
  t.equal({ settings.bind, settings.hook_port, settings.export_port }, { "127.0.0.1", 4243, 4244 })
end)

t.case("settings: a wrong setting is named and replaced by its default", function()
  local settings, problems = load("settings").from({
    hook_port = 70000,
    export_port = "4244",
    bind = 5,
    accepts_per_second = 0,
    indicators_per_frame = 0.5,
    max_frame_ms = 0,
    hookport = 4243,
  })
  t.equal(problems, {
    "config.lua: accepts_per_second should be a number from 0.1 to 1000",
    "config.lua: bind should be an address in quotes",
    "config.lua: export_port should be a whole number from 1 to 65535",
    "config.lua: hook_port should be a whole number from 1 to 65535",
    "config.lua: indicators_per_frame should be a whole number from 1 to 1000",
    "config.lua: max_frame_ms should be a number from 0.1 to 100",
    "config.lua: there is no setting hookport",
  })
  t.equal(settings, (load("settings").from({})))
  local _, wrong = load("settings").from("4243")
  t.contains(wrong[1], "should end with: return {")
end)

t.case("settings: one port cannot serve both states", function()
  for _, config in ipairs({ { hook_port = 5, export_port = 5 }, { hook_port = 4244 } }) do
    local settings, problems = load("settings").from(config)
    t.equal(problems, { "config.lua: hook_port and export_port should be two different ports" })
    t.equal({ settings.hook_port, settings.export_port }, { 4243, 4244 })
  end
end)

t.case("settings: the example shows every setting with its default", function()
  local example = dofile(directory .. "config.example.lua")
  local settings, problems = load("settings").from(example)
  t.equal(problems, {})
  t.equal(settings, example)
  t.equal(settings, (load("settings").from(nil)))
end)

local function logger()
  local now, lines = 1000, {}
  local log = load("limiter").new(function(text)
    lines[#lines + 1] = text
  end, function()
    return now
  end)
  return lines, log, function(seconds)
    now = now + seconds
  end
end

t.case("log: a repeated text is written once a minute, with the count", function()
  local lines, log, pass = logger()
  for _ = 1, 60 * 61 do
    log("device is gone")
    pass(1 / 60)
  end
  t.equal(#lines, 2)
  t.contains(lines[2], "device is gone (3600 lines")
  log("linked")
  t.contains(lines[3], "linked (")
end)

t.case("log: a single line that is left out is counted as one", function()
  local lines, log = logger()
  log("device is gone")
  log("device is gone")
  log("linked")
  t.equal(lines[2], "linked (1 line was left out before this one)")
end)

t.case("log: a flood of different lines is limited to one every five seconds", function()
  local lines, log, pass = logger()
  for i = 1, 6000 do
    log("line " .. i)
    pass(0.01)
  end
  t.equal(#lines >= 30 and #lines <= 33, true, #lines .. " lines in a minute")
end)

t.case("log: a clock that is set back does not silence the log", function()
  local lines, log, pass = logger()
  log("one")
  pass(-100000)
  log("one")
  t.equal(lines, { "one", "one" })
  for i = 1, 100 do
    pass(10)
    log("line " .. i)
  end
  t.equal(#lines > 90, true, #lines .. " lines")
end)

t.case("json: tickets and epochs keep all digits", function()
  local json = load("json")
  t.equal(json.error("x", 2 ^ 53 - 1), '{"error":"x","ticket":9007199254740991}\n')
  t.equal(json.error('a "b" \\ \1'), '{"error":"a \\"b\\" \\\\ \\u0001"}\n')
end)

t.case("text: any value becomes one short line, without an error", function()
  local text = load("text")
  local deep = {}
  setmetatable(deep, {
    __tostring = function()
      return tostring(deep)
    end,
  })
  local raising = setmetatable({}, { __tostring = error })
  local odd = setmetatable({}, {
    __tostring = function()
      return 5
    end,
  })
  for _, value in ipairs({ deep, raising, odd }) do
    t.equal(text.of(value), "(a table that cannot be shown as text)")
  end
  t.equal({ text.of(nil), text.of(5), text.of(true) }, { "nil", "5", "true" })
  t.equal(text.of("a\nb\r\t\0\127"), "a\\nb\\r\\t\\0\\127")
  t.equal(text.of("C:\\J\195\182rg"), "C:\\J\195\182rg")
  t.equal(#text.of(string.rep("x", 1000000)), 203)
  t.equal(text.one_line("123\195\182", 4), "123...", "no character is cut in two")
end)

t.case("the version is in one file only", function()
  t.equal(load("core").VERSION, "0.1.0")
  local pipe = assert(io.popen("grep -rlF '" .. load("core").VERSION .. "' " .. root .. "lua"))
  t.equal(pipe:read("*a"), directory .. "core.lua\n")
  pipe:close()
end)
