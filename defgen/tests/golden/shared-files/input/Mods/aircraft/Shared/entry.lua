for _, name in ipairs{"One", "Two"} do make_flyable("Shared_"..name, current_mod_path.."/Cockpit/"..name.."/") end
