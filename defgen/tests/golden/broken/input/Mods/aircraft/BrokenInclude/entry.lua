make_flyable("BrokenInclude", current_mod_path.."/Cockpit/")
