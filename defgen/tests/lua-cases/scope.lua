x = "global"
local x = "outer"
local function read() return x end
do local x = "inner"; inner = x; function set(v) x = v return x end end
results = {read(), set("changed"), inner, x}
local x = x .. " again"
shadow = {x, read()}
local function counter() local n = 0 return function() n = n + 1 return n end, function() return n end end
local inc, get = counter()
inc() inc()
local inc2 = counter()
counts = {inc(), get(), inc2()}
-- the classic cockpit counter: a global assigned after the function that uses it
start = 3000
local count = start
local function next_command() count = count + 1 return count end
device_commands = {Button_1 = next_command(), Button_2 = next_command(), Button_1 = next_command()}
function late_bound() gcount = gcount + 1 return gcount end
gcount = 10
bound = {late_bound(), late_bound()}
local f
local function g() return f and f() or "none" end
before = g()
f = function() return "later" end
after = g()
-- parameters are locals of their own
local function change(t, n) t.x = n; n = n + 1; t = {} return n end
local tt = {}
changed = {change(tt, 1), tt.x}
-- upvalues through three levels
local function level1() local v = 1 return function() return function() v = v + 1 return v end end end
local deep = level1()()
levels = {deep(), deep()}
local r1, r2
do local shared = 0; r1 = function() shared = shared + 1 end; r2 = function() return shared end end
r1() r1()
shared_is = r2()
for i = 1, 2 do local x = x .. i; last = x end
function same_name(same_name) return same_name end
sn = same_name(5)
repeat local cond = true; local inner_f = function() return cond end until inner_f()
local function va(...) local n = select("#", ...) return function() return n end end
nva = va(1, nil, nil)()
x, set, late_bound, same_name = nil
