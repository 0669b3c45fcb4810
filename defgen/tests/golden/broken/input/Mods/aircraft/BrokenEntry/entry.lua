make_flyable("Before", current_mod_path.."/Cockpit/")
error("no licence")
make_flyable("After", current_mod_path.."/Cockpit/")
