-- The scripts run in Lua 5.1. What the sim adds to it is named in the two shells only.
std = "lua51"
max_line_length = 100
exclude_files = { "tests/sample-install", "tests/sample-dcs-bios", "defgen", "target" }

files["lua/Scripts/Hooks"] = { read_globals = { "DCS", "Export", "lfs", "log" } }
files["lua/Scripts/dcs-master/export.lua"] = { read_globals = { "list_indication", "lfs", "log" } }
files["dcs-bios-host/tests/bios"] = {
  allow_defined_top = true,
  globals = { "LuaExportStart" },
  read_globals = {
    "GetDevice", "lfs", "list_cockpit_params", "list_indication", "LoGetAircraftDrawArgumentValue",
    "LoGetAltitude", "LoSetCommand", "M",
  },
  ignore = { "131", "431" },
}
files["tests/standin/bios"] = {
  allow_defined_top = true,
  read_globals = { "GetDevice", "log", "LoGetSelfData" },
}
files["dcs-bios-host/src/lua"] = { ignore = { "122", "142", "212/self" } }
