dofile(LockOn_Options.script_path.."helpers.lua")
elements = {}
