dofile(LockOn_Options.common_script_path.."tools.lua")
for name, value in pairs(common_table) do end
