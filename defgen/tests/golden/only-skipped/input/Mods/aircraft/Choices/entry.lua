local n = get_plugin_option_value("Choices", "n")
if n == 1 then make_flyable("Choice 1")
elseif n == 3 then make_flyable("Choice 3")
elseif n == 0 then make_flyable("Choice\n\027[31m0", current_mod_path)
end
