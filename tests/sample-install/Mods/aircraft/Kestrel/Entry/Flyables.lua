local FM =
{
	[1] = 'Kestrel by Hollow Hill',
	[2] = 'KestrelFM',
	center_of_mass    = {0.12, -0.18, 0.0},
	moment_of_inertia = {4100, 21300, 18200, -640.0},
}

-- the first prototype is not sold any more
--make_flyable('Kestrel_P' , current_mod_path..'/Cockpit/P/Scripts/', FM, current_mod_path..'/comm.lua')

make_flyable('Kestrel_T1', current_mod_path..'/Cockpit/T1/Scripts/', FM, current_mod_path..'/comm.lua')
make_flyable("Kestrel_A1", current_mod_path.."/Cockpit/A1/",         FM, current_mod_path.."/comm.lua")

if SECRET_PROJECT then
	make_flyable("Kestrel_X", current_mod_path.."/Cockpit/X/", nil, current_mod_path.."/comm.lua")
end
