-- The scripts run in Lua 5.1. What the sim adds to it is named in the two shells only.
std = "lua51"
max_line_length = 100
exclude_files = { "tests/sample-install", "tests/sample-dcs-bios", "defgen", "target" }

files["lua/Scripts/Hooks"] = { read_globals = { "DCS", "Export", "lfs", "log" } }
files["lua/Scripts/dcs-master/export.lua"] = { read_globals = { "list_indication", "lfs", "log" } }
