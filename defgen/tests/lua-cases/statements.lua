-- assignment: all right sides first, targets from the last to the first
local i, a = 1, {}
i, a[i] = i + 1, 20
first = {i, a}
a[i], i = 30, 5
second = {i, a}
local x, y, z = 1
three = {x, y, z}
x, y = y, x
swapped = {x, y}
local function many() return 1, 2, 3 end
p, q, r, s = many()
p2, q2 = (many())
list = {many(), many()}
list2 = {many(), (many())}
list3 = {[1] = "key", many()}
list4 = {"positional", [1] = "key"}
list5 = {n = 1, "a"; "b", [10] = "c",}
nils = {nil, nil, 3}
nilcount = #{1, 2, nil, 4}
do local hidden = 1; visible = hidden end
hidden_is = hidden

-- locals are read late
do
  local v = 1
  late = v + (function() v = 10 return 1 end)()
  late_compare = v < (function() v = 100 return 50 end)()
  early_concat = v .. (function() v = "changed" return "!" end)()
  local t, k = {}, 1
  t[k] = (function() k = 2 return "late" end)()
  late_key = t
  local u = {}
  local keep = u
  u.field = (function() u = {} return "late" end)()
  late_table = {keep, u}
  local c = 1
  constructor = {[c] = (function() c = 5 return "v" end)(), c}
end

-- numeric for
log = {}
for i = 1, 3 do log[#log + 1] = i end
for i = 3, 1, -1 do log[#log + 1] = i end
for i = 1, 0 do log[#log + 1] = "never" end
for i = 0.1, 0.5, 0.1 do log[#log + 1] = i end
for i = "1", "2" do log[#log + 1] = i end
for i = 1, 3 do local j = i; i = 10; log[#log + 1] = j + i end
for i = 1, 10 do if i == 3 then break end log[#log + 1] = i end
for i = 5, 1 do end

-- while, repeat
n = 0
while n < 5 do n = n + 1 if n == 4 then break end end
repeat local done = n > 6; n = n + 1 until done
while true do if n > 20 then break end n = n + 7 end
repeat break until false

-- closures of loops are fresh
fs = {}
for i = 1, 3 do local j = i * 10; fs[#fs + 1] = function() i = i + 1; j = j + 1 return i, j end end
closures = {fs[1](), fs[1](), fs[2](), fs[3]()}
gs = {}
local w = 0
while w < 3 do w = w + 1; local c = w; gs[w] = function() c = c + 1 return c end end
closures2 = {gs[1](), gs[1](), gs[2](), gs[3](), w}
hs = {}
local k = 0
repeat k = k + 1; local c = k; hs[k] = function() return c end until c >= 3
closures3 = {hs[1](), hs[2](), hs[3]()}
fs, gs, hs = nil

-- generic for
local function count(limit, n) if n < limit then return n + 1, "v" .. n end end
for k, v in count, 3, 0 do log[#log + 1] = k .. v end
for k in pairs({10, 20, x = 30}) do log[#log + 1] = tostring(k) end
for i, v in ipairs({1, 2, nil, 4}) do log[#log + 1] = i * v end
for a, b, c in function(s, c) if not c then return 1 end end do log[#log + 1] = tostring(c) end
local t = {a = 1, b = 2, c = 3}
for k in pairs(t) do t[k] = nil end
emptied = next(t)

-- if
local function sign(n) if n > 0 then return 1 elseif n < 0 then return -1 else return 0 end end
signs = {sign(3), sign(-3), sign(0)}

-- functions
function object(self) return self end
local M = {sub = {}}
function M.sub.f(a, ...) return a, ... end
function M.sub:m(b) return self == M.sub, b end
calls = {M.sub.f(1, 2, 3), M.sub:m(4)}
local function rec(n) return n == 0 and 0 or n + rec(n - 1) end
recursion = rec(50)
do local function even(n) if n == 0 then return true end return odd(n - 1) end
   function odd(n) if n == 0 then return false end return even(n - 1) end
   parity = {even(10), odd(7)} end
object = nil odd = nil
return
