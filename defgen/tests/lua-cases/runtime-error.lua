before = 1
local t = {}
t.x = {y = 1}
after = t.x.z.w
never = true
