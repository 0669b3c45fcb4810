dofile(LockOn_Options.common_script_path.."class_type.lua")

cursor_mode =
{
	CUMODE_CLICKABLE            = 0,
	CUMODE_CLICKABLE_AND_CAMERA = 1,
	CUMODE_CAMERA               = 2,
}

clickable_mode_initial_status = cursor_mode.CUMODE_CLICKABLE
use_pointer_name              = true

function default_button(hint_, device_, command_, arg_, arg_val_, arg_lim_)
	local arg_val_ = arg_val_ or 1
	local arg_lim_ = arg_lim_ or {0, 1}
	return {
		class               = {class_type.BTN},
		hint                = hint_,
		device              = device_,
		action              = {command_},
		stop_action         = {command_},
		arg                 = {arg_},
		arg_value           = {arg_val_},
		arg_lim             = {arg_lim_},
		use_release_message = {true},
	}
end

function default_2_position_tumb(hint_, device_, command_, arg_)
	return {
		class     = {class_type.TUMB, class_type.TUMB},
		hint      = hint_,
		device    = device_,
		action    = {command_, command_},
		arg       = {arg_, arg_},
		arg_value = {1, -1},
		arg_lim   = {{0, 1}, {0, 1}},
		updatable = true,
		use_OBB   = true,
	}
end

function default_3_position_tumb(hint_, device_, command_, arg_, cycled_, inversed_)
	local cycled = true
	local val    = 1
	if inversed_ then
		val = -1
	end
	if cycled_ ~= nil then
		cycled = cycled_
	end
	return {
		class     = {class_type.TUMB, class_type.TUMB},
		hint      = hint_,
		device    = device_,
		action    = {command_, command_},
		arg       = {arg_, arg_},
		arg_value = {val, -val},
		arg_lim   = {{-1, 1}, {-1, 1}},
		updatable = true,
		use_OBB   = true,
		cycle     = cycled,
	}
end

-- goes back to the middle by itself
function springloaded_3_pos_tumb(hint_, device_, command_, arg_)
	return {
		class               = {class_type.SNGBTN, class_type.SNGBTN},
		hint                = hint_,
		device              = device_,
		action              = {command_, command_},
		stop_action         = {command_, command_},
		arg                 = {arg_, arg_},
		arg_value           = {-1, 1},
		arg_lim             = {{-1, 0}, {0, 1}},
		use_release_message = {true, true},
		updatable           = true,
		use_OBB             = true,
	}
end

function default_axis(hint_, device_, command_, arg_, default_, gain_, updatable_, relative_)
	local default   = default_ or 1
	local gain      = gain_ or 0.1
	local updatable = updatable_ or false
	local relative  = relative_ or false
	return {
		class     = {class_type.LEV},
		hint      = hint_,
		device    = device_,
		action    = {command_},
		arg       = {arg_},
		arg_value = {default},
		arg_lim   = {{0, 1}},
		updatable = updatable,
		use_OBB   = true,
		gain      = {gain},
		relative  = {relative},
	}
end

-- an encoder: turns without end, each click adds a step
function default_axis_cycle(hint_, device_, command_, arg_, default_, gain_)
	local element = default_axis(hint_, device_, command_, arg_, default_, gain_, true, true)
	element.cycle = true
	return element
end

function multiposition_switch(hint_, device_, command_, arg_, count_, delta_, inversed_, min_)
	local min   = min_ or 0
	local delta = delta_ or 0.5
	local step  = delta
	if inversed_ then
		step = -delta
	end
	return {
		class     = {class_type.TUMB, class_type.TUMB},
		hint      = hint_,
		device    = device_,
		action    = {command_, command_},
		arg       = {arg_, arg_},
		arg_value = {-step, step},
		arg_lim   = {{min, min + delta * (count_ - 1)},
		             {min, min + delta * (count_ - 1)}},
		updatable = true,
		use_OBB   = true,
		cycle     = false,
	}
end

-- the cover first, so that the switch under it cannot be hit by accident
function guarded_switch(hint_, device_, cover_command_, cover_arg_, command_, arg_)
	return default_2_position_tumb(hint_.." cover", device_, cover_command_, cover_arg_),
	       default_2_position_tumb(hint_, device_, command_, arg_)
end
