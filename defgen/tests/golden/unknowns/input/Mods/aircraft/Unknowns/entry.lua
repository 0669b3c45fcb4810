make_flyable("Unknowns", current_mod_path.."/Cockpit/")
