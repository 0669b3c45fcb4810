make_flyable(get_option_value("type"), current_mod_path.."/Cockpit/")
