start_command = 3000

local count = start_command
local function counter()
	count = count + 1
	return count
end

-- Every device counts from its own start.
elec_commands =
{
	Battery         = counter(),
	Generator       = counter(),
	GeneratorReset  = counter(),
	LampTest        = counter(),
}

count = start_command
engine_commands =
{
	Throttle        = counter(),
	Starter         = counter(),
	Ignition        = counter(),
	FireHandle      = counter(),
	FireHandleCover = counter(),
	FuelPump        = counter(),
}

count = start_command + 40
gear_commands =
{
	GearLever       = counter(),
	GearHornCutout  = counter(),
	ParkingBrake    = counter(),
	-- the lever was moved in 1.2; the old line was never deleted
	GearLever       = counter(),
}

count = start_command
controls_commands =
{
	Flaps           = counter(),
	RudderTrim      = counter(),
	Airbrake        = counter(),
}

count = start_command - 1
lights_commands =
{
	Landing         = counter(),
	Navigation      = counter(),
	Instruments     = counter(),
	Flood           = counter(),
	Strobe          = counter(),
}

count = start_command
ufc_commands =
{
	Clear           = counter(),
	Enter           = counter(),
	Brightness      = counter(),
}
-- the keypad, 0 to 9
for i = 0, 9 do
	ufc_commands["Key_"..i] = counter()
end

radio_commands =
{
	Power      = start_command + 1;
	Channel    = start_command + 2;
	Volume     = start_command + 3;
	Squelch    = start_command + 4;
}

nav_commands =
{
	Mode       = start_command + 1;
	Course     = start_command + 2;
	Heading    = start_command + 3;
}

altimeter_commands = { Baro = start_command + 1, Warning = start_command + 2 }
caution_commands   = { MasterCaution = start_command + 1 }
canopy_commands    = { Lever = start_command + 1 }

device_commands = {}
for i = 1, 4 do
	device_commands["Button_"..i] = start_command + 100 + i
end
