dofile(LockOn_Options.script_path.."../../Common/clickable_defs.lua")
dofile(LockOn_Options.script_path.."command_defs.lua")
dofile(LockOn_Options.script_path.."devices.lua")

local gettext = require("i_18n")
_ = gettext.translate

elements = {}

dofile(LockOn_Options.script_path.."/../../Common/clickable_panel.lua")

-- The rear seat
elements["PNT_REAR_OVERRIDE"] = default_2_position_tumb(_("Instructor Override, ON/OFF"), devices.REAR_PANEL, rear_commands.Override, 480)
elements["PNT_REAR_FREEZE"]   = default_button(_("Instructor Freeze"), devices.REAR_PANEL, rear_commands.Freeze, 481)
elements["PNT_REAR_EJECT"]    = multiposition_switch(_("Ejection Mode, SOLO/NORM/AFT"), devices.REAR_PANEL, rear_commands.Eject_Select, 482, 3, 0.5)

-- stays where it is put in this version
elements["PNT_REAR_OVERRIDE"].updatable = false
elements["PNT_REAR_EJECT"].sound        = {{SND_ROTARY}}

for i, o in pairs(elements) do
	if o.class[1] == class_type.TUMB or (o.class[2] and o.class[2] == class_type.TUMB) then
		o.updatable = true
		o.use_OBB   = true
	end
end
