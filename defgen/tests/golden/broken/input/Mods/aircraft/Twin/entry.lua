make_flyable("GOOD", current_mod_path.."/../Good/Cockpit/")
