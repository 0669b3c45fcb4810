-- What every cockpit may use.

function deg_to_rad(degrees)
	return degrees * math.pi / 180
end

-- units of the simulator are metres, kilograms and radians
knots_to_ms   = 1852 / 3600
feet_to_m     = 0.3048
lbs_to_kg     = 0.45359237
inHg_to_mmHg  = 25.4

function copy_table(target, source)
	for key, value in pairs(source) do
		target[key] = value
	end
	return target
end
