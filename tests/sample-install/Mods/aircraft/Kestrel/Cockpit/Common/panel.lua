-- The part of the panel that both cockpits have.

dofile(LockOn_Options.common_script_path..[[tools.lua]])

local controllers = LoRegisterPanelControls()

---------------------------------------------------------------
-- FLIGHT
---------------------------------------------------------------
Airspeed                    = CreateGauge("parameter")
Airspeed.arg_number         = 101
Airspeed.input              = {0, 60, 100, 200, 300, 400, 550}
Airspeed.output             = {0.0, 0.06, 0.17, 0.42, 0.62, 0.8, 1.0}
Airspeed.parameter_name     = "KT_IAS"

Mach                        = create_needle(102, "KT_MACH", {0.3, 1.0}, {0.0, 1.0})

-- The altimeter is a vertical tape; it runs downwards as the aircraft climbs.
Altimeter                   = CreateGauge("parameter")
Altimeter.arg_number        = 103
Altimeter.input             = {0, 5000, 10000, 20000, 45000}
Altimeter.output            = {1.0, 0.82, 0.65, 0.38, 0.0}
Altimeter.parameter_name    = "KT_ALT"

Altimeter_100               = create_drum(104, "KT_ALT_100")
Altimeter_1000              = create_drum(105, "KT_ALT_1000")

for i = 1, 4 do
	local drum = create_drum(105 + i, "KT_BARO_"..i)
	drum.controller = controllers["baro_digit_"..i]
end

VerticalSpeed               = CreateGauge()
VerticalSpeed.arg_number    = 111
VerticalSpeed.input         = {-6000 * feet_to_m / 60, -1000 * feet_to_m / 60, 0, 1000 * feet_to_m / 60, 6000 * feet_to_m / 60}
VerticalSpeed.output        = {-1.0, -0.4, 0.0, 0.4, 1.0}
VerticalSpeed.controller    = controllers.base_gauge_VerticalVelocity

ADI_Pitch                   = CreateGauge()
ADI_Pitch.arg_number        = 112
ADI_Pitch.input             = {-math.pi / 2, math.pi / 2}
ADI_Pitch.output            = {-1, 1}
ADI_Pitch.controller        = controllers.adi_pitch

ADI_Bank                    = CreateGauge()
ADI_Bank.arg_number         = 113
ADI_Bank.input              = {-math.pi, math.pi}
ADI_Bank.output             = {1, -1}
ADI_Bank.controller         = controllers.adi_bank

HSI_Heading                 = CreateGauge("cycled")
HSI_Heading.arg_number      = 114
HSI_Heading.input           = {0, 360}
HSI_Heading.output          = {0, 1}
HSI_Heading.controller      = controllers.hsi_heading

HSI_Course                  = CreateGauge("cycled")
HSI_Course.arg_number       = 115
HSI_Course.input            = {0, 360}
HSI_Course.output           = {0, 1}
HSI_Course.controller       = controllers.hsi_course

---------------------------------------------------------------
-- ENGINE
---------------------------------------------------------------
Engine_RPM                  = create_needle(120, "KT_RPM", {0.0, 20.0, 60.0, 110.0}, {0.0, 0.12, 0.45, 1.0})
Engine_EGT                  = create_needle(121, "KT_EGT", {0, 900})
Engine_OilPressure          = create_needle(122, "KT_OIL_P", {0, 100})

-- The fuel needle stands at the right stop when the tanks are empty.
local full, gone = 0.0, 1.0
FuelQuantity                = CreateGauge()
FuelQuantity.arg_number     = 123
FuelQuantity.input          = {0, 250 * lbs_to_kg, 1000 * lbs_to_kg, 3000 * lbs_to_kg}
FuelQuantity.output         = {gone, 0.86, 0.55, full}
FuelQuantity.controller     = controllers.base_gauge_TotalFuelWeight

HydraulicPressure           = create_needle(124, "KT_HYD_P", {0, 4000})
Voltmeter                   = create_needle(125, "KT_VOLT", {0, 30})

---------------------------------------------------------------
-- GEAR, FLAPS, TRIM
---------------------------------------------------------------
FlapIndicator               = CreateGauge()
FlapIndicator.arg_number    = 130
FlapIndicator.input         = {0, 0.5, 1}
FlapIndicator.output        = {0, 0.45, 1}
FlapIndicator.controller    = controllers.base_gauge_FlapsPos

RudderTrimIndicator         = create_needle(131, "KT_TRIM_YAW", {-1, 1}, {-1, 1})

Canopy                      = CreateGauge("external_arg")
Canopy.arg_number           = 132
Canopy.input                = {0, 1}
Canopy.output               = {0, 0.9}
Canopy.external_arg         = 38

-- One table holds the three greens and the red in the lever.
gear_lights = {}
gear_lights.GearNose        = create_parameter_lamp(140, "KT_GEAR_N")
gear_lights.GearLeft        = create_parameter_lamp(141, "KT_GEAR_L")
gear_lights.GearRight       = create_parameter_lamp(142, "KT_GEAR_R")
gear_lights.GearTransit     = create_parameter_lamp(143, "KT_GEAR_RED")

---------------------------------------------------------------
-- CLOCK
---------------------------------------------------------------
ClockHours                  = create_needle(150, "KT_CLOCK_H", {0, 12})
ClockMinutes                = create_needle(151, "KT_CLOCK_M", {0, 60})

-- the same hand, seen from the rear seat
ClockMinutes_Rear           = create_needle(151, "KT_CLOCK_M", {0, 60})

--[[ The accelerometer was never finished.
Accelerometer               = CreateGauge()
Accelerometer.arg_number    = 152
Accelerometer.input         = {-5, 10}
Accelerometer.output        = {0, 1
Accelerometer.controller    = controllers.base_gauge_VerticalAcceleration
--]]
