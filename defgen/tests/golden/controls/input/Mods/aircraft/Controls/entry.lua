make_flyable("Controls", current_mod_path.."/Cockpit/")
