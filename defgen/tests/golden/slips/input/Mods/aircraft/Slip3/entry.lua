make_flyable("Slip3", current_mod_path.."/Cockpit/")
