-- In a list item, Lua has already read the bracket on the new line, so it does not object to it.
t = {tostring
(5), (tostring)(6), x = 1}
local a = 1;
b = a; do end;
function f(...) return ... end
c = f{1, 2}[1]
d = f"text":upper()
e = #f[[long]]
g = {f(1, 2), [f(3)] = f(4), f(5, 6),}
h = - -2
i = not not nil
j = 2^-3^2
k = ("x"):rep(2):len()
goto_ = "goto is a name"
goto = 5 continue = 6
l = a --[[ comment ]] + --[==[
another ]==] 1
m = {[ [[key]] ] = 1, ["a"]=2;3}
while true do break end
if nil then elseif false then else n = 1 end
repeat local o = 1 until o
p = 0xA + 0Xa + 1e1 + .5 + 5. + 3e-1
f = nil
return
