local controllers = LoRegisterPanelControls()
CautionLights = { SEAT = 1, OXY = 2 }

local function lamp(arg, parameter)
	local g = CreateGauge(parameter and "parameter")
	g.arg_number, g.input, g.output = arg, {0, 1}, {0, 1}
	g.parameter_name = parameter
	g.controller = controllers.lamp
	return g
end
local function caution_lamp(arg, light)
	local g = lamp(arg)
	g.params = { light, { nested = true } }
end

-- a global
Canopy = lamp(1)
-- one global for several, and one of them twice
Drum = lamp(2)
Drum = lamp(3)
Drum = lamp(3)
-- names equal but for case
drum = lamp(4)
-- a table path, a table with numbers, a path that is not the only one
engines = { Left = { Ng = lamp(5) } }
lamps   = { lamp(6), lamp(7, "LAMP_SEVEN") }
a, b    = {}, {}
a.x     = lamp(8, "TWO PATHS")
b.x     = a.x
-- the constant in the call that made it, two levels up
caution_lamp(9, CautionLights.SEAT)
caution_lamp(10, CautionLights.OXY)
caution_lamp(11, CautionLights.SEAT)
-- nothing
lamp(12)
lamp(12)
-- a parameter that is called like a global
lamp(13, "Canopy")
-- a made-up name must not take this one
Drum_3 = lamp(14)

-- broken ones
NoScale        = CreateGauge()
NoScale.arg_number = 20
NoArg          = CreateGauge()
NoArg.arg_numer = 21
NoArg.input    = {0, 1}
NoArg.output   = {0, 1}
Uneven         = lamp(22)
Uneven.input   = {0, 1, 2}
ZigZag         = lamp(23)
ZigZag.input   = {0, 1, 2}
ZigZag.output  = {0, 1, 0.5}
Words          = lamp(24)
Words.output   = {0, "one"}
Infinite       = lamp(25)
Infinite.input = {0, 1 / 0}
Negative       = lamp(-1)
