local hidden = get_plugin_option_value("Unknowns", "HIDE_STICK", "local")
local shift  = hidden and 100 or 0

Known = CreateGauge()
Known.arg_number = 5 + shift
Known.input      = {0, 1}
Known.output     = {0, 1}

local function lamp(arg)
	local g = CreateGauge()
	g.arg_number = arg + hidden
	g.input      = {0, LockOn_Options.screen.aspect}
	g.output     = {0, 1}
	g.controller = some_engine_function(arg)
	return g
end
Lamp = lamp(6)

if hidden then Never = CreateGauge() end
