arithmetic = {1 + 2 * 3 - 4 / 8, 2 ^ 3 ^ 2, -2 ^ 2, 7 % 3, -7 % 3, 7 % -3, -7 % -3, 5.5 % 2, 1 / 0, -1 / 0, 2 ^ 0.5, 2 ^ -1}
nan = {0 / 0 ~= 0 / 0, 0 / 0 == 0 / 0, 1 < 0 / 0}
strings = {"10" + 5, "0x10" * 2, " 3 " - 1, 10 .. 20, "a" .. "b" .. 1.5, -"2", "1e1" / 4}
comparison = {1 < 2, 1 <= 1, 2 > 3, "a" < "b", "a" < "B", "Z" < "a", "" < "a", "a\0b" < "a\0c", 1 == "1", "1" == "1", nil == false}
precedence = {not 1 == 2, not (1 == 2), 1 .. 2 == "12", 2 + 3 .. "", "a" .. 1 + 2, 1 < 2 == true, -3 ^ 2, not nil == true, 2 * 3 % 4, 2 ^ 2 * 3, #"abc" + 1, -#"ab"}
logic = {nil and 1 or 2, false or nil or 3, 1 and 2, nil and nil, false == nil, not not nil, 0 and "zero is true", "" and 1}
length = {#"", #"abc\0def", #{1, 2, 3}, #{n = 1}, #{1, 2, nil}}
literals = {0xff, 0XAb, 1e3, 1E-2, .5, 5., 3e+2, 0x10 + 1, 1e308 * 10}
escapes = "\a\b\f\n\r\t\v\\\"\'\65\066\0067\%\q\
next"
long = [[
first newline dropped
"quotes" \n kept]]
long2 = [==[ ]] ]=] ]==]
single = 'it\'s'
adjacent = #"x" .. #'yy'
function f(...) return select("#", ...), ... end
varargs = {f(), f(nil), f(nil, nil), (f(1, 2))}
local function g(...) local a, b = ... return {a, b, ..., n = select("#", ...)} end
varargs2 = {g(), g(1), g(1, 2, 3)}
function h(...) return (...) end
varargs3 = {h(1, 2), h()}
f, h = nil
sum = (function(...) local s = 0 for _, v in ipairs({...}) do s = s + v end return s end)(1, 2, 3)
call_styles = {("x"):rep(3), #{} , type"x", type{}, (("y")):upper()}
s = "method" 
methods = {s:len(), s:sub(2, 3), ("%d"):format(3.7), s:rep(2):upper()}
nested = {{{1}}, {a = {b = {c = "deep"}}}}
deep = nested[2].a.b["c"]
index = ({10, 20, 30})[2]
keys = {[1.0] = "one", [2^53] = "big", [-0] = "zero", [true] = "yes", ["1"] = "text"}
zero = keys[0]
numbers = {1, 0.1, 1/3, 100, 1e15, 1e14, 123456789012345, 2^53, 1e100, -1.5, 1e-5, 123.456e10, 0.1 + 0.2}
texts = {}
for i, n in ipairs(numbers) do texts[i] = tostring(n) .. "|" .. n end
inf = {tostring(1/0), tostring(-1/0), 1/0 .. ""}
concat_many = "a" .. 1 .. "b" .. 2.5 .. "c" .. -3
order = {}
local function o(n) order[#order + 1] = n return n end
local _ = o(1) + o(2) * o(3) .. o(4) .. o(5)
_ = o(6) < o(7) and o(8) or o(9)
local tab = {}
tab[o(10)], tab[o(11)] = o(12), o(13)
_ = {o(14), k = o(15), [o(16)] = o(17), o(18)}
o(o(19) and o(20))
a = {50}
for i = 2, 120 do a[i] = i end
big = {1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31,32,33,34,35,36,37,38,39,40,41,42,43,44,45,46,47,48,49,50,[1] = "early",[51] = "late", 51, 52}
return unpack({1, 2, nil, 4}, 1, 4)
