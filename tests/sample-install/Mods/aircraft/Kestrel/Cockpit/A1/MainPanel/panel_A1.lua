dofile(LockOn_Options.script_path.."/../Common/gauge_tools.lua")
dofile(LockOn_Options.script_path.."/../Common/caution_lights.lua")
dofile(LockOn_Options.script_path.."/../Common/panel.lua")

shape_name = "Cockpit_Kestrel_A1"

-- The A.1 of the first production run has the small fuel gauge.
if get_aircraft_type() == "Kestrel_A1" then
	FuelQuantity.input  = {0, 2200 * lbs_to_kg}
	FuelQuantity.output = {1, 0}
end

local controllers = LoRegisterPanelControls()

SightDepression             = CreateGauge()
SightDepression.arg_number  = 301
SightDepression.input       = {0, 250}
SightDepression.output      = {0, 1}
SightDepression.controller  = controllers.sight_depression

-- Rounds left: three drums in one go
local drums = {}
for i = 1, 3 do
	drums[i] = create_drum(309 + i, "KA_ROUNDS_"..i)
end

dofile(LockOn_Options.script_path.."mainpanel/Lamps.lua")
