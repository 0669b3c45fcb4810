dofile(LockOn_Options.common_script_path.."Tools.lua")
Lamp = CreateGauge()
Lamp.arg_number, Lamp.input, Lamp.output = 5, {0, common_value}, {0, 1}
