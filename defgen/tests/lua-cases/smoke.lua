a = 1 + 2 * 3
t = {1, 2, 3, x = "y", ["z w"] = {}}
function f(n) if n <= 1 then return 1 end return n * f(n - 1) end
r = f(10)
s = ("x"):rep(3) .. 5
for i, v in ipairs(t) do t[i] = v * 2 end
return #t, pcall(error, "x")
