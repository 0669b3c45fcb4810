local function try(f, ...) return {pcall(f, ...)} end
plain = try(error, "message")
located = try(function() error("message") end)
level0 = try(function() error("message", 0) end)
level2 = try(function() local function inner() error("message", 2) end inner() end)
tables = try(function() error({code = 5}) end)
nothing = try(function() error() end)
number = try(function() error(42) end)
boolean = try(function() error(false) end)
asserts = {try(assert, nil), try(assert, false, "why"), try(assert, 1, 2, 3), try(function() assert(nil) end), try(function() assert(false, "text") end)}
nested = try(function() local ok, e = pcall(error, "inner") error("outer " .. tostring(e), 0) end)
rethrow = try(function() local ok, e = pcall(function() error({1}) end) error(e) end)
handled = {xpcall(function() error("x", 0) end, function(m) return "handled " .. m end)}
handled2 = {xpcall(function() return 1, 2 end, print)}
handled3 = {xpcall(function() error("a") end, function() error("b") end)}
upvalue_names = (function() local up return try(function() return up.x end) end)()
messages = {
  try(function() local a; return a.b end),
  try(function() return undefined_global.x end),
  try(function() undefined_function() end),
  try(function() local t = {}; t.x.y = 1 end),
  try(function() local t = {}; t.x() end),
  try(function() local t = {}; t:x() end),
  try(function() local t = {a = {}}; return t.a.b.c end),
  try(function() return 1 + nil end),
  try(function() local a = {} return a + 1 end),
  try(function() return "abc" + 1 end),
  try(function() return missing + 1 end),
  try(function() return {} .. "x" end),
  try(function() local s = "x" return s .. nil end),
  try(function() return 1 < "1" end),
  try(function() return {} < {} end),
  try(function() return nil > 1 end),
  try(function() return "a" >= 1 end),
  try(function() return #nil end),
  try(function() return -{} end),
  try(function() local t = {} t[nil] = 1 end),
  try(function() local t = {} t[0 / 0] = 1 end),
  try(function() return {[nil] = 1} end),
  try(function() for i = "a", 2 do end end),
  try(function() for i = 1, {} do end end),
  try(function() for i = 1, 2, "x" do end end),
  try(function() ("x").y.z = 1 end),
  try(function() local a = 1; a() end),
  try(function() (nil)() end),
  try(function() return ("x"):nomethod() end),
  try(function() return (1).x end),
  try(function() return true .. "" end),
}
arguments = {
  try(function() string.rep() end),
  try(function() ("x"):rep() end),
  try(function() ("x"):rep({}) end),
  try(function() string.rep("x", {}) end),
  try(string.rep),
  try(function() setmetatable(1, {}) end),
  try(function() setmetatable({}, 1) end),
  try(function() setmetatable({}) end),
  try(function() ipairs() end),
  try(function() pairs(nil) end),
  try(function() local f = math.floor; f("x") end),
  try(function() tonumber() end),
  try(function() tonumber("10", 99) end),
  try(function() tostring() end),
  try(function() type() end),
  try(function() select(0) end),
  try(function() select(-5, 1) end),
  try(function() unpack() end),
  try(function() table.concat({1, {}, 3}) end),
  try(function() table.insert({}, 1, 2, 3) end),
  try(function() table.insert(nil, 1) end),
  try(function() table.concat({}, {}) end),
  try(function() rawset({}, nil, 1) end),
  try(function() rawget(1, 1) end),
  try(function() string.char(256) end),
  try(function() string.char(-1) end),
  try(function() string.format("%d", "x") end),
  try(function() string.format("%d") end),
  try(function() string.format("%y", 1) end),
  try(function() string.format("%123d", 1) end),
  try(function() string.format("%-+ #0-d", 1) end),
  try(function() ("x"):find("[a") end),
  try(function() ("x"):find("%") end),
  try(function() ("x"):find("(x") end),
  try(function() ("x"):find("x)") end),
  try(function() ("x"):find("%1") end),
  try(function() ("x"):gsub("x", "%2") end),
  try(function() ("x"):gsub("x", true) end),
  try(function() ("x"):gsub("x", function() return {} end) end),
  try(function() ("x"):find("%f") end),
  try(function() ("x"):find("%b") end),
  try(function() math.max() end),
  try(function() table.sort({3, 1, "x"}) end),
  try(function() table.setn({}, 1) end),
  try(next, {}, "nokey"),
  try(function() unpack({}, 1, 1e7) end),
}
error("the end", 1)
