dofile(LockOn_Options.common_script_path.."tools.lua")
dofile(LockOn_Options.script_path.."sounds_not_shipped.lua")

shape_name    = "Cockpit_HeronH2"
is_EDM        = true
day_texture_set_value   = 0.0
night_texture_set_value = 0.1

local controllers = LoRegisterPanelControls()

-- two levels: an instrument makes needles, a needle makes a gauge
local function gauge(arg, parameter, input, output)
	local g          = CreateGauge("parameter")
	g.arg_number     = arg
	g.parameter_name = parameter
	g.input          = input
	g.output         = output or {0.0, 1.0}
	return g
end

local function percent_needle(arg, parameter, max)
	return gauge(arg, parameter, {0, max})
end

-- an engine has four needles on neighbouring args
local function engine_instruments(number, first_arg)
	local name = "H2_ENG"..number.."_"
	return {
		Ng     = percent_needle(first_arg,     name.."NG",  110),
		Torque = percent_needle(first_arg + 1, name.."TRQ", 120),
		Tot    = gauge(first_arg + 2, name.."TOT", {0, 400, 800, 1000}, {0, 0.3, 0.85, 1}),
		Oil    = gauge(first_arg + 3, name.."OIL", {0, 10}),
	}
end

engines = {}
for i = 1, 2 do
	engines["Engine"..i] = engine_instruments(i, 100 + 10 * i)
end

Rotor_RPM                      = percent_needle(130, "H2_NR", 120)
-- the digits beside it
rotor_rpm                      = gauge(131, "H2_NR_DIGIT", {0, 10})

Baro_Altitude                  = CreateGauge()
Baro_Altitude.arg_number       = 140
Baro_Altitude.input            = {0, 1000 * feet_to_m}
Baro_Altitude.output           = {0, 1}
Baro_Altitude.controller       = controllers.base_gauge_BarometricAltitude

-- The radar altimeter is wide open near the ground; the tape comes down with height.
Radar_Altitude                 = gauge(141, "H2_RALT", {0, 50, 100, 200, 500, 1500}, {1.0, 0.8, 0.65, 0.5, 0.25, 0.0})
Radar_Altitude_Bug             = gauge(142, "H2_RALT_BUG", {0, 1500}, {1.0, 0.0})
Radar_Altitude_Flag            = gauge(143, "H2_RALT_FLAG", {0, 1}, {1, 0})

Airspeed_Knots                 = CreateGauge()
Airspeed_Knots.arg_number      = 144
Airspeed_Knots.input           = {0, 20 * knots_to_ms, 60 * knots_to_ms, 160 * knots_to_ms}
Airspeed_Knots.output          = {0, 0.08, 0.36, 1}
Airspeed_Knots.controller      = controllers.base_gauge_IndicatedAirSpeed

local circle = {0, math.pi * 2}
Compass                        = CreateGauge()
Compass.arg_number             = 145
Compass.input                  = circle
Compass.output                 = {1, 0}
Compass.controller             = controllers.base_gauge_MagneticHeading

Fuel_Left                      = gauge(150, "H2_FUEL_L", {0, 300})
Fuel_Right                     = gauge(151, "H2_FUEL_R", {0, 300})

WindscreenWiper                = CreateGauge("external_arg")
WindscreenWiper.arg_number     = 160
WindscreenWiper.input          = {0, 1}
WindscreenWiper.output         = {-1, 1}
WindscreenWiper.external_arg   = 1007

-- forgotten: a gauge without a scale, and one with a typing error
Clock                          = CreateGauge()
Clock.arg_number               = 161
Clock.controller               = controllers.clock_hours

Outside_Temperature            = CreateGauge("parameter")
Outside_Temperature.arg_number = 162
Outside_Temperature.imput      = {-60, 60}
Outside_Temperature.output     = {0, 1}
Outside_Temperature.parameter_name = "H2_OAT"

dofile(LockOn_Options.script_path..'Lamps/lamps.lua')
