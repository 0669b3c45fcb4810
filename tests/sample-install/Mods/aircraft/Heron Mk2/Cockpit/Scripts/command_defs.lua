start_command = 3000

-- count is global; it is set where it is needed
local function counter()
	count = count + 1
	return count
end

device_commands =
{
	Button_1  = start_command + 1;
	Button_2  = start_command + 2;
	Button_3  = start_command + 3;
	Button_4  = start_command + 4;
	Button_5  = start_command + 5;
	Button_6  = start_command + 6;
	Button_7  = start_command + 7;
	Button_8  = start_command + 8;
	Button_9  = start_command + 9;
	Button_10 = start_command + 10;
}

count = start_command
cmds =
{
	Battery         = counter(),
	Generator_1     = counter(),
	Generator_2     = counter(),
	Starter_1       = counter(),
	Starter_2       = counter(),
	EngineLever_1   = counter(),
	EngineLever_2   = counter(),
	RotorBrake      = counter(),
	Wiper           = counter(),
	HeaterTemp      = counter(),
	SearchLight     = counter(),
	HookArm         = counter(),
	HookArmCover    = counter(),
	HookRelease     = counter(),
	AckCaution      = counter(),
	BaroSetting     = counter(),
	RadAltBug       = counter(),
	RadAltTest      = counter(),
	TrimUp          = counter(),
	TrimDown        = counter(),
	IntercomSource  = counter(),
	DumpGuard       = counter(),
	Dump            = counter(),
}

-- CDU: line keys on both sides, then the keypad
count = start_command + 100
cdu_commands = {}
cdu_sides    = {"L", "R"}
for i, side in ipairs(cdu_sides) do
	for line = 1, 3 do
		cdu_commands["LSK_"..side..line] = counter()
	end
end
count = start_command + 150
for digit = 0, 9 do
	cdu_commands["KEY_"..digit] = counter()
end
cdu_commands["KEY_DOT"] = counter()
cdu_commands["KEY_CLR"] = counter()

vhf_commands = { Power = 3201, TuneMHz = 3202, TuneKHz = 3203, Squelch = 3204 }
