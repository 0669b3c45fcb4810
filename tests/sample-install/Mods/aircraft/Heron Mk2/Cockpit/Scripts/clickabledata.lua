dofile(LockOn_Options.script_path.."clickable_defs.lua")
dofile(LockOn_Options.script_path.."command_defs.lua")
dofile(LockOn_Options.script_path.."devices.lua")

local gettext = require("i_18n")
_ = gettext.translate

elements = {}

elements["BATT"]         = toggle(devices.ELECTRIC_SYSTEM, cmds.Battery, 10, _("Battery, ON/OFF"))
elements["GEN_1"]        = toggle(devices.ELECTRIC_SYSTEM, cmds.Generator_1, 11, _("Generator 1, ON/OFF"))
elements["GEN_2"]        = toggle(devices.ELECTRIC_SYSTEM, cmds.Generator_2, 12, _("Generator 2, ON/OFF"))

for i = 1, 2 do
	local engine = devices["ENGINE_"..i]
	elements["STARTER_"..i] = button(engine, cmds["Starter_"..i], 12 + i, _("Starter ")..i)
	elements["LEVER_"..i]   = knob(engine, cmds["EngineLever_"..i], 14 + i, _("Engine Lever ")..i, 0, {0, 1})
end

elements["ROTOR_BRAKE"]  = toggle(devices.ROTOR, cmds.RotorBrake, 17, _("Rotor Brake, ON/OFF"), 1, -1)
elements["WIPER"]        = rotary(devices.WIPER, cmds.Wiper, 18, _("Wiper, PARK/OFF/SLOW/FAST"), 4, 1/3)
elements["HEATER"]       = knob(devices.HEATER, cmds.HeaterTemp, 19, _("Heater, 10\%-100\%"), 0.1, {0.1, 1})
elements["SEARCHLIGHT"]  = momentary(devices.SEARCHLIGHT, cmds.SearchLight, 20, _("Search Light, EXTEND/-/RETRACT"))
elements["HOOK_COVER"]   = toggle(devices.HOOK, cmds.HookArmCover, 21, _("Hook Arm Cover"))
elements["HOOK_ARM"]     = toggle(devices.HOOK, cmds.HookArm, 22, _("Hook Arm, ARM/SAFE"))
elements["HOOK_RELEASE"] = button(devices.HOOK, cmds.HookRelease, 23, _("Hook Release"))
elements["CAUTION_ACK"]  = button(devices.CAUTION_PANEL, cmds.AckCaution, 24, _("Caution Acknowledge"))

elements["BARO"]         = encoder(devices.BARO_ALTIMETER, cmds.BaroSetting, 25, _("Altimeter Setting"), 0.05)
elements["RADALT_BUG"]   =
{
	class               = {class_type.BTN, class_type.LEV},
	hint                = _("Radar Altimeter, press to test, turn for the bug"),
	device              = devices.RADAR_ALTIMETER,
	action              = {cmds.RadAltTest, cmds.RadAltBug},
	stop_action         = {cmds.RadAltTest, nil},
	arg                 = {26, 27},
	arg_value           = {1, 0.0},
	arg_lim             = {{0, 1}, {0, 1}},
	gain                = {1, 0.05},
	relative            = {false, true},
	use_release_message = {true, false},
}

-- up and down have a command each
elements["TRIM"]         = rocker(devices.ROTOR, cmds.TrimUp, cmds.TrimDown, 61, _("Cyclic Trim"))
-- a place to click for each position
for i, source in ipairs({"OFF", "VHF", "ICS"}) do
	elements["INTERCOM_"..source] = place(devices.VHF_RADIO, cmds.IntercomSource, 62, _("Intercom Source"), (i - 1) * 0.1)
end
-- the guard is not drawn; a step of a hundredth marks it
elements["DUMP_GUARD"]   = toggle(devices.HOOK, cmds.DumpGuard, 63, _("Fuel Dump Guard"))
elements["DUMP_GUARD"].arg_value = {0.01, -0.01}
elements["DUMP"]         = toggle(devices.HOOK, cmds.Dump, 64, _("Fuel Dump, ON/OFF"))

local row = 0
for i, side in ipairs(cdu_sides) do
	for line = 1, 3 do
		elements["CDU_LSK_"..side..line] = button(devices.CDU, cdu_commands["LSK_"..side..line], 30 + row, _("CDU Line Key ")..side..line)
		row = row + 1
	end
end
for digit = 0, 9 do
	elements["CDU_KEY_"..digit] = button(devices.CDU, cdu_commands["KEY_"..digit], 40 + digit, _("CDU Key ")..digit)
end
elements["CDU_KEY_DOT"]  = button(devices.CDU, cdu_commands.KEY_DOT, 50, _("CDU Key Dot"))
elements["CDU_KEY_CLR"]  = button(devices.CDU, cdu_commands.KEY_CLR, 51, _("CDU Key CLR"))

elements["VHF_POWER"]    = toggle(devices.VHF_RADIO, vhf_commands.Power, 55, _("VHF Power"))
elements["VHF_MHZ"]      = encoder(devices.VHF_RADIO, vhf_commands.TuneMHz, 56, _("VHF MHz"), 0.1)
elements["VHF_KHZ"]      = encoder(devices.VHF_RADIO, vhf_commands.TuneKHz, 57, _("VHF kHz"), 0.1)
elements["VHF_SQUELCH"]  = toggle(devices.VHF_RADIO, vhf_commands.Squelch, 58, _("VHF Squelch"), -1, 1)

elements["WIPER"].arg_lim[2]  = elements["WIPER"].arg_lim[1]
elements["BATT"].sound        = {{SND_SWITCH_ON, SND_SWITCH_OFF}}
elements["HOOK_ARM"].side     = {{BOX_SIDE_Y_bottom}}
