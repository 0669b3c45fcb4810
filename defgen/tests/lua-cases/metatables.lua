local V = {}
V.__index = V
V.__add = function(a, b) return setmetatable({x = (a.x or a) + (type(b) == "table" and b.x or b)}, V) end
V.__sub = function(a, b) return "sub" end
V.__mul = function(a, b) return "mul", "dropped" end
V.__div = function() return "div" end
V.__mod = function() return "mod" end
V.__pow = function() return "pow" end
V.__unm = function(a, b) return rawequal(a, b) end
V.__concat = function(a, b) return type(a) .. type(b) end
V.__eq = function(a, b) return a.x == b.x end
V.__lt = function(a, b) return a.x < b.x end
V.__le = function(a, b) return a.x <= b.x end
V.__call = function(self, ...) return self.x, ... end
V.__tostring = function(self) return "V" .. self.x end
V.__len = function() return 99 end
function V.new(x) return setmetatable({x = x}, V) end
function V:get() return self.x end
local a, b, c = V.new(1), V.new(2), V.new(1)
arith = {(a + b).x, a - 1, 1 * a, a / b, a % 2, 2 ^ a, -a}
concat = {a .. "x", "x" .. a, 1 .. a, a .. b, "x" .. "y" .. a}
compare = {a == c, a ~= c, a == b, a < b, a <= c, a > b, a >= b, a ~= 1}
call = {a(10, 20)}
text = tostring(a)
len = #a
inherited = {a:get(), a.missing}

-- __le from __lt
local L = {__lt = function(x, y) return x.v < y.v end}
local l1, l2 = setmetatable({v = 1}, L), setmetatable({v = 2}, L)
le = {l1 <= l2, l2 <= l1, l1 >= l2}

-- __index and __newindex as functions and tables
local log = {}
local proxy = setmetatable({}, {
  __index = function(t, k) log[#log + 1] = "get " .. tostring(k) return k end,
  __newindex = function(t, k, v) log[#log + 1] = "set " .. tostring(k) rawset(t, k, v) end,
})
local _ = proxy.a, proxy[1]
proxy.b = 1
proxy.b = 2
_ = proxy.b
seen = log
local store = {}
local forward = setmetatable({}, {__newindex = store, __index = store})
forward.x = 5
forwarded = {store.x, rawget(forward, "x"), forward.x}
chain = setmetatable({}, {__index = setmetatable({y = 1}, {__index = setmetatable({z = 2}, {__index = function() return "end" end})})})
chained = {chain.y, chain.z, chain.w}
chain = nil

-- protection
local guarded = setmetatable({}, {__metatable = "locked"})
protection = {getmetatable(guarded), pcall(setmetatable, guarded, {})}
strings = {getmetatable("").__index == string}
none = {getmetatable(1), getmetatable({}), getmetatable(nil)}
same = setmetatable({}, nil) ~= nil

-- different __eq handlers: no call
local e1 = setmetatable({}, {__eq = function() return true end})
local e2 = setmetatable({}, {__eq = function() return true end})
eq = {e1 == e2, e1 ~= e2, e1 == 1}
errors = {
  pcall(function() return a < 1 end),
  pcall(function() return e1 < e2 end),
}
errors2 = {pcall(function() return {} + a, {} + {} end)}
errors3 = {pcall(function() return e1() end)}
-- globals with a metatable
setmetatable(_G, {__index = function(_, k) return "global " .. k end, __newindex = function(t, k, v) rawset(t, "new_" .. k, v) end})
g1 = undefined_thing
local saved = undefined_other
setmetatable(_G, nil)
g2 = saved
-- callable tables in generic for and pcall
local it = setmetatable({n = 0}, {__call = function(self) self.n = self.n + 1 if self.n < 4 then return self.n end end})
total = 0
for n in it do total = total + n end
pc = {pcall(setmetatable({}, {__call = function(self, a) return "called", a end}), 7)}
