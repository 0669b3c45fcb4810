dofile(LockOn_Options.common_script_path.."tools.lua")
dofile(LockOn_Options.script_path.."../../Common/gauge_tools.lua")
dofile(LockOn_Options.script_path.."../../Common/caution_lights.lua")

-- "Remove the rear stick" in the options of the module
local no_rear_stick = get_plugin_option_value("Kestrel", "HIDE_REAR_STICK", "local")

if no_rear_stick == 1 then
	shape_name = "Cockpit_Kestrel_T1_noRear"
else
	shape_name = "Cockpit_Kestrel_T1"
end

is_EDM           = true
new_model_format = true
ambient_light    = {255, 255, 255}
use_external_views = false

args_initial_state = {}
args_initial_state[132] = no_rear_stick and 1 or 0

dofile(LockOn_Options.script_path.."../../Common/panel.lua")

local controllers = LoRegisterPanelControls()

StickPitch              = create_needle(2, "STICK_PITCH", {-1, 1}, {-1, 1})
StickRoll               = create_needle(3, "STICK_ROLL", {-1, 1}, {-1, 1})
RudderPedals            = create_needle(4, "RUDDER_PEDALS", {-1, 1}, {-1, 1})

-- Rear cockpit: every needle again, 400 higher.
local rear = 400
RearAirspeed            = CreateGauge("parameter")
RearAirspeed.arg_number = Airspeed.arg_number + rear
RearAirspeed.input      = Airspeed.input
RearAirspeed.output     = Airspeed.output
RearAirspeed.parameter_name = "KT_IAS"

-- one name, used again and again
Rear                    = create_needle(Engine_RPM.arg_number + rear, "KT_RPM", Engine_RPM.input, Engine_RPM.output)
Rear                    = create_needle(Engine_EGT.arg_number + rear, "KT_EGT", {0, 900})
Rear                    = create_needle(FuelQuantity.arg_number + rear, "KT_FUEL", {0, 3000}, {1, 0})

-- the handles that are drawn where the pilot left them
local function handle(name, arg_number)
	_handle            = CreateGauge()
	_handle.arg_number = arg_number
	_handle.input      = {0, 1}
	_handle.output     = {0, 1}
	_handle.controller = controllers[name]
end
handle("gear_handle", 82)
handle("flap_handle", 83)

dofile(LockOn_Options.script_path.."MainPanel/lamps.lua")

need_to_be_closed = true
