dofile(LockOn_Options.script_path.."devices.lua")

-- the panel is built by a file of its own in this version
MainPanel = {"ccMainPanel", LockOn_Options.script_path.."MainPanel/panel_A1.lua"}

creators = {}
creators[devices.WEAPONS]  = {"avSimpleWeaponSystem", LockOn_Options.script_path.."Systems/weapons.lua"}
creators[devices.GUNSIGHT] = {"avLuaDevice", LockOn_Options.script_path.."Systems/gunsight.lua"}

indicators = {}
indicators[#indicators + 1] = {"ccControlsIndicatorBase", LockOn_Options.script_path.."controls.lua", nil}
indicators[#indicators + 1] = {"ccIndicator", LockOn_Options.script_path.."../T1/Scripts/UFC/init.lua",  nil, {{"UFC_CENTER", "UFC_DOWN", "UFC_RIGHT"}}}
indicators[#indicators + 1] = {"ccIndicator", LockOn_Options.script_path.."../T1/Scripts/UFC/radio.lua", nil, {{"RADIO_CENTER", "RADIO_DOWN", "RADIO_RIGHT"}}}
indicators[#indicators + 1] = {"ccIndicator", LockOn_Options.script_path.."Weapons/display.lua", nil, {{"WPN_CENTER", "WPN_DOWN", "WPN_RIGHT"}}}
