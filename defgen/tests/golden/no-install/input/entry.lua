make_flyable("Good", current_mod_path.."/Cockpit/")
