dofile(LockOn_Options.script_path.."../Common/devices.lua")
dofile(LockOn_Options.script_path.."../Common/command_defs.lua")
elements = {}
elements["TCN"] = { class = {class_type.BTN}, hint = get_aircraft_type(), device = devices.UFC, action = {UFC_commands.TCN}, arg = {1}, arg_value = {1}, arg_lim = {{0, 1}} }
