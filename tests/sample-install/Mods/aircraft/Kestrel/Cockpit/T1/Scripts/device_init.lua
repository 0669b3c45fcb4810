dofile(LockOn_Options.script_path.."devices.lua")
dofile(LockOn_Options.common_script_path.."tools.lua")

layoutGeometry = {}

MainPanel = {"ccMainPanel", LockOn_Options.script_path.."mainpanel_init.lua", {{"elec", devices.ELEC}}}

creators = {}
creators[devices.ELEC]   = {"avSimpleElectricSystem", LockOn_Options.script_path.."Systems/electric_system.lua"}
creators[devices.ENGINE] = {"avLuaDevice", LockOn_Options.script_path.."Systems/engine.lua"}
creators[devices.UFC]    = {"avLuaDevice", LockOn_Options.script_path.."Systems/ufc.lua", {devices.ELEC, devices.RADIO}}
creators[devices.RADIO]  = {"avUHF_ARC_164", LockOn_Options.script_path.."Systems/radio.lua", {devices.INTERCOM, devices.ELEC}}

-- list_indication counts from 0: the UFC is 1, the radio 2
indicators = {}
indicators[#indicators + 1] = {"ccControlsIndicatorBase", LockOn_Options.script_path.."controls.lua", nil}
indicators[#indicators + 1] = {"ccIndicator", LockOn_Options.script_path.."UFC/init.lua",   nil, {{"UFC_CENTER", "UFC_DOWN", "UFC_RIGHT"}}}
indicators[#indicators + 1] = {"ccIndicator", LockOn_Options.script_path.."UFC/radio.lua", nil, {{"RADIO_CENTER", "RADIO_DOWN", "RADIO_RIGHT"}}}
