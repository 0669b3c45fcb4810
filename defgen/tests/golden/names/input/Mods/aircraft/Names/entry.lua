make_flyable("Names", current_mod_path.."/Cockpit/")
