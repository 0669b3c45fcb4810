make_flyable("New", current_mod_path.."/Cockpit/")
