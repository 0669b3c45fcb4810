-- The sim's functions and values for cockpit scripts, in real Lua 5.1. The host defines
-- `find_and_run` (a path below the install), `scripts` and `aircraft`.

dofile = find_and_run
LockOn_Options = {
	script_path = scripts,
	common_script_path = "Scripts/Aircrafts/_Common/Cockpit/",
	screen = {},
}
class_type = { NULL = 0, BTN = 1, TUMB = 2, SNGBTN = 3, LEV = 4, MOVABLE_LEV = 5 }

local function same(text)
	return text
end
local function nothing() end

_, LOCALIZE = same, same
package.preload["i_18n"] = function()
	return { translate = same }
end
get_plugin_option_value, get_option_value = nothing, nothing
mount_vfs_texture_archives, mount_vfs_texture_path = nothing, nothing
function get_aircraft_type()
	return aircraft
end
function LoRegisterPanelControls()
	return setmetatable({}, {
		__index = function(_, name)
			return name
		end,
	})
end

gauges_made = {}
function CreateGauge(kind)
	local gauge = {}
	gauges_made[#gauges_made + 1] = { gauge = gauge, kind = kind }
	return gauge
end

globals_before = { devices = true }
for name in pairs(_G) do
	globals_before[name] = true
end

-- Returns all numbers in the global tables that were made since then, by `<table>.<name>`.
function commands_made()
	local commands = {}
	local function walk(name, values)
		for key, value in pairs(values) do
			local full = name .. "." .. tostring(key)
			if type(value) == "table" then
				walk(full, value)
			elseif type(value) == "number" then
				commands[full] = value
			end
		end
	end
	for name, value in pairs(_G) do
		if not globals_before[name] and type(value) == "table" then
			walk(name, value)
		end
	end
	return commands
end
