-- The helpers of the Heron. The order of their parameters is not that of anybody else.

function button(device, command, arg, hint)
	return {
		class = {class_type.BTN}, hint = hint, device = device,
		action = {command}, stop_action = {command},
		arg = {arg}, arg_value = {1.0}, arg_lim = {{0.0, 1.0}},
		use_release_message = {true},
	}
end

function toggle(device, command, arg, hint, up, down)
	local up, down = up or 1, down or 0
	return {
		class = {class_type.TUMB, class_type.TUMB}, hint = hint, device = device,
		action = {command, command}, arg = {arg, arg},
		arg_value = {up - down, down - up}, arg_lim = {{down, up}, {down, up}},
		use_OBB = true, updatable = true,
	}
end

function rotary(device, command, arg, hint, positions, step)
	local limits = {0.0, step * (positions - 1)}
	return {
		class = {class_type.TUMB, class_type.TUMB}, hint = hint, device = device,
		action = {command, command}, arg = {arg, arg},
		arg_value = {step, -step}, arg_lim = {limits, limits},
		use_OBB = true, updatable = true, cycle = false,
	}
end

function knob(device, command, arg, hint, default, limits)
	return {
		class = {class_type.LEV}, hint = hint, device = device,
		action = {command}, arg = {arg}, arg_value = {default or 0}, arg_lim = {limits or {0, 1}},
		gain = {0.1}, relative = {false}, use_OBB = true, updatable = true,
	}
end

function encoder(device, command, arg, hint, step)
	local e    = knob(device, command, arg, hint, 0)
	e.cycle    = true
	e.relative = {true}
	e.gain     = {step}
	return e
end

function momentary(device, command, arg, hint)
	return {
		class = {class_type.SNGBTN, class_type.SNGBTN}, hint = hint, device = device,
		action = {command, command}, stop_action = {command, command}, arg = {arg, arg},
		arg_value = {1, -1}, arg_lim = {{0, 1}, {-1, 0}}, use_release_message = {true, true},
	}
end

function rocker(device, up, down, arg, hint)
	local e = momentary(device, up, arg, hint)
	e.action, e.stop_action = {up, down}, {up, down}
	return e
end

function place(device, command, arg, hint, value)
	return {
		class = {class_type.BTN}, hint = hint, device = device,
		action = {command}, arg = {arg}, arg_value = {value}, arg_lim = {{0.0, 1.0}},
	}
end
