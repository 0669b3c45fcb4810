make_flyable("Simple", nil, nil, current_mod_path.."/comm.lua")
make_flyable("Gone", current_mod_path.."/Cockpit/Gone/")
make_flyable("NotClickable", current_mod_path.."/Cockpit/")
