make_flyable("BrokenInit", current_mod_path.."/Cockpit/")
