make_flyable("Own", current_mod_path.."/Cockpit/")
