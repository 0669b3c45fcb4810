t = {}
table.insert(t, "a") table.insert(t, "b") table.insert(t, 1, "first") table.insert(t, 10, "far")
removed = {table.remove(t), table.remove(t, 1), table.remove({}), table.remove({1, 2, 3}, 5), table.remove({1, 2, 3}, 2)}
concat = {table.concat({1, 2, 3}), table.concat({1, 2, 3}, ", "), table.concat({"a", "b", "c"}, "-", 2), table.concat({"a", "b", "c"}, "-", 2, 3), table.concat({}), table.concat({1}, "x", 3), table.concat({1.5, "x"}, 0)}
sorted = {5, 2, 8, 1, 9, 3, 3, 7}
table.sort(sorted)
descending = {5, 2, 8, 1}
table.sort(descending, function(a, b) return a > b end)
words = {"pear", "Apple", "fig", "apple", ""}
table.sort(words)
records = {{n = 3}, {n = 1}, {n = 2}}
table.sort(records, function(a, b) return a.n < b.n end)
comparisons = {}
table.sort({4, 2, 7, 1, 5, 9, 3}, function(a, b) comparisons[#comparisons + 1] = a .. "<" .. b return a < b end)
maxn = {table.maxn({1, 2, 3}), table.maxn({[10] = 1, [2.5] = 1}), table.maxn({}), table.maxn({[-1] = 1})}
getn = {table.getn({1, 2, 3}), #"x"}
each = {}
table.foreach({a = 1}, function(k, v) each[#each + 1] = k .. v end)
table.foreachi({10, 20}, function(i, v) each[#each + 1] = i .. v end)
each.stop = table.foreachi({1, 2, 3}, function(i) if i == 2 then return "stopped" end end)
each.none = table.foreach({1}, function() end)
unpacked = {unpack({1, 2, 3})}
unpacked2 = {unpack({1, 2, 3}, 2)}
unpacked3 = {unpack({1, 2, 3}, 2, 5)}
unpacked4 = {unpack({}, 1, 3)}
selected = {select(2, "a", "b", "c")}
selected2 = {select(-1, "a", "b", "c")}
selected3 = {select("#"), select("#", nil, nil), select(9, 1)}
raw = {rawget({x = 1}, "x"), rawequal("a", "a"), rawequal({}, {}), rawset({}, "k", "v").k}
nexts = {next({}), next({5})}
lengths = {}
local grow = {}
for i = 1, 20 do grow[i] = i lengths[i] = #grow end
for i = 20, 11, -1 do grow[i] = nil end
lengths.after = #grow
local back = {}
for i = 5, 1, -1 do back[i] = i end
lengths.back = #back
types = {type(nil), type(1), type("x"), type({}), type(type), type(true)}
same = {[1] = "a", [1.0] = "b"}
mixed = {1, 2, 3, x = 1, [100] = 2, [0] = 0, [-1] = -1, [1.5] = "f"}
counted = 0
for k, v in pairs(mixed) do counted = counted + 1 end
local sum = 0
for k, v in pairs({10, 20, 30, a = 40}) do sum = sum + v end
total = sum
local cyc = {} cyc.self = cyc
cycle = cyc
nested_set = {a = {}}
nested_set.a.b = nested_set.a
local d = {1, 2, 3, 4, 5}
for i, v in ipairs(d) do if v == 3 then table.remove(d, i) end end
removed_in_loop = d
