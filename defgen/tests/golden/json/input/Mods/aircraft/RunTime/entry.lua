make_flyable("RunTime", current_mod_path.."/Cockpit/")
