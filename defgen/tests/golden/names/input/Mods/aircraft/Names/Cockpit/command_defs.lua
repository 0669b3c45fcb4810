local start = 3000
count = start
local function counter() count = count + 1 return count end

UFC_commands = {
	TCN = counter(),
	TCN = counter(), -- the later one counts, and the counter went on
	ILS = counter(),
	name = "UFC",
}
count = start + 40
device_commands = {}
for i = 1, 3 do device_commands["Button_"..i] = counter() end

Keys = { 101, 102, Radio = { Up = 201, Down = 202 } }
UFC  = { TCN = 5 }
_commands = { Alone = 9 }
helpers = { f = function() end }
