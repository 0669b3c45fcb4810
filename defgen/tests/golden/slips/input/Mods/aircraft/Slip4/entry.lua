make_flyable("Slip4", current_mod_path.."/Cockpit/")
