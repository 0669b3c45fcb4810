local function none() end
local function one() return 1 end
local function two() return 1, 2 end
return none(), one(), two(), (two()), {none()}, select("#", none()), two()
