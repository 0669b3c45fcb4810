-- Shared by both cockpits: the makers of gauges.

local controllers = LoRegisterPanelControls()

function create_simple_lamp(arg_number, controller)
	local gauge = CreateGauge()
	gauge.arg_number = arg_number
	gauge.input      = {0, 1}
	gauge.output     = {0, 1}
	gauge.controller = controller
	return gauge
end

-- a lamp that a parameter of the electric system drives
function create_parameter_lamp(arg_number, parameter)
	local gauge = CreateGauge("parameter")
	gauge.arg_number     = arg_number
	gauge.input          = {0, 1}
	gauge.output         = {0, 1}
	gauge.parameter_name = parameter
	return gauge
end

function create_caution_lamp(arg_number, light)
	local lamp = create_simple_lamp(arg_number, controllers.caution_lamp)
	lamp.params = {light}
	return lamp
end

function create_needle(arg_number, parameter, input, output)
	local gauge = CreateGauge("parameter")
	gauge.arg_number     = arg_number
	gauge.input          = input
	gauge.output         = output or {0.0, 1.0}
	gauge.parameter_name = parameter
	return gauge
end

-- a drum with the digits 0 to 9 and a 0 again
function create_drum(arg_number, parameter)
	return create_needle(arg_number, parameter, {0, 10}, {0.0, 1.0})
end
