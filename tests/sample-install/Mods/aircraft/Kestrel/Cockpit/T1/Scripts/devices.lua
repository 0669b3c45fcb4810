dofile(LockOn_Options.script_path.."../../Common/devices.lua")

-- the rear seat
devices["REAR_PANEL"] = 30
devices["REAR_UFC"]   = 31
