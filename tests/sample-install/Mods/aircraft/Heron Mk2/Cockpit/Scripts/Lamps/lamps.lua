-- Leuchten des Warnfelds (Zustände: 0 aus, 1 an)

WarnLights = { LOW_ROTOR = 1, ENG1_OUT = 2, ENG2_OUT = 3, FUEL_LEFT = 4, FUEL_RIGHT = 5, GEN1 = 6, GEN2 = 7, HOOK_ARMED = 8 }

local function lamp(arg, light)
	local l      = CreateGauge("parameter")
	l.arg_number = arg
	l.input      = {0, 1}
	l.output     = {0, 1}
	l.params     = light and {light}
	return l
end

function warning_lamp(arg, light)
	return lamp(arg, light)
end

warning_lamp(201, WarnLights.LOW_ROTOR)
warning_lamp(202, WarnLights.ENG1_OUT)
warning_lamp(203, WarnLights.ENG2_OUT)
warning_lamp(204, WarnLights.FUEL_LEFT)
warning_lamp(205, WarnLights.FUEL_RIGHT)
warning_lamp(206, WarnLights.GEN1)
warning_lamp(207, WarnLights.GEN2)
warning_lamp(208, WarnLights.HOOK_ARMED)

Master_Caution = lamp(210)
Master_Caution.parameter_name = "H2_MASTER"

VHF_On                = lamp(211)
VHF_On.parameter_name = "H2_VHF_ON"
