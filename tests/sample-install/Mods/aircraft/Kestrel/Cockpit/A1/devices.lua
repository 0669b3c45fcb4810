dofile(LockOn_Options.script_path.."/../Common/devices.lua")

devices["WEAPONS"]  = 20
devices["GUNSIGHT"] = 21
devices["RWR"]      = 22
