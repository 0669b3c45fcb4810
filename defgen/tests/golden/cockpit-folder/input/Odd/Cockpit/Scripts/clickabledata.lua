dofile(LockOn_Options.common_script_path.."tools.lua")
dofile(LockOn_Options.script_path.."/../../Views.lua")
elements = {}
