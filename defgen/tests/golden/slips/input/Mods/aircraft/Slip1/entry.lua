make_flyable("Slip1", current_mod_path.."/Cockpit/")
