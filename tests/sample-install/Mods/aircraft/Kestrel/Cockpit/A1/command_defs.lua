dofile(LockOn_Options.script_path.."/../Common/command_defs.lua")

local function from(first)
	local number = first - 1
	return function()
		number = number + 1
		return number
	end
end

local weapon  = from(3001)
local sight   = from(3001)

weapon_commands =
{
	MasterArm       = weapon(),
	MasterArmCover  = weapon(),
	Station         = weapon(),
	Mode            = weapon(),
	Jettison        = weapon() + 50,
	Trigger         = weapon(),
}

gunsight_commands =
{
	Depression      = sight(),
	Brightness      = sight(),
}
