dofile(LockOn_Options.script_path.."../../Common/command_defs.lua")

-- The instructor's buttons exist twice: on the panel and as a key.
Keys             = {}
rear_commands    = {}
local number     = 3200
for i, name in ipairs({"Override", "Freeze", "Eject_Select"}) do
	number              = number + 1
	rear_commands[name] = number
	Keys["Rear"..name]  = number + 1000
end
