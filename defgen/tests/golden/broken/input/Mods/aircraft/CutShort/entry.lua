make_flyable("CutShort", current_mod_path.."/Cockpit/")
