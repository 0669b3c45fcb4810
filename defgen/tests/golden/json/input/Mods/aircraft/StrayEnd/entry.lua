make_flyable("StrayEnd", current_mod_path.."/Cockpit/")
