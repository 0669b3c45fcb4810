dofile(LockOn_Options.script_path.."/../Common/clickable_defs.lua")
dofile(LockOn_Options.script_path.."Command_Defs.lua")
dofile(LockOn_Options.script_path.."devices.lua")

local gettext = require("i_18n")
_ = gettext.translate

elements = {}

dofile(LockOn_Options.script_path.."..\\Common\\clickable_panel.lua")

-- a helper of this file: the station buttons latch
local function station_button(number)
	local element = default_2_position_tumb(_("Station ")..number.._(" Select"), devices.WEAPONS, device_commands["Button_"..number], 310 + 20 + number)
	element.class = {class_type.BTN, class_type.TUMB}
	return element
end
for i = 1, 4 do
	elements["PNT_STATION_"..i] = station_button(i)
end

elements["PNT_ARM_COVER"], elements["PNT_ARM"] =
	guarded_switch(_("Master Arm"), devices.WEAPONS, weapon_commands.MasterArmCover, 340, weapon_commands.MasterArm, 341)
elements["PNT_WPN_MODE"]  = multiposition_switch(_("Weapon Mode, SAFE/GUN/RKT/BOMB/FLARE/TEST"), devices.WEAPONS, weapon_commands.Mode, 342, 6, 0.2, false, -0.5)
elements["PNT_JETTISON"]  = default_button(_("Emergency Jettison"), devices.WEAPONS, weapon_commands.Jettison, 343)
elements["PNT_TRIGGER"]   = default_button(_("Trigger"), devices.WEAPONS, weapon_commands.Trigger, 344)
elements["PNT_DEPR"]      = default_axis(_("Sight Depression"), devices.GUNSIGHT, gunsight_commands.Depression, 301, 0, 0.02)
elements["PNT_DEPR"].class = {class_type.MOVABLE_LEV}
elements["PNT_SIGHT_BRT"] = default_axis(_("Sight Brightness"), devices.GUNSIGHT, gunsight_commands.Brightness, 302)
