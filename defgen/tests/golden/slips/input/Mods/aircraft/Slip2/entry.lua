make_flyable("Slip2", current_mod_path.."/Cockpit/")
