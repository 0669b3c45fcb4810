mount_vfs_texture_archives("Bazar/Textures/AvionicsCommon")

dofile(LockOn_Options.script_path.."devices.lua")
dofile(LockOn_Options.common_script_path.."tools.lua")
--dofile(LockOn_Options.script_path.."materials.lua")

MainPanel = {"ccMainPanel", LockOn_Options.script_path.."mainpanel_init.lua"}

creators = {}
creators[devices.ROTOR] = {"avLuaDevice", LockOn_Options.script_path.."Systems/rotor.lua"}
creators[devices.CDU]   = {"avLuaDevice", LockOn_Options.script_path.."CDU/device/cdu.lua", {devices.ELECTRIC_SYSTEM}}

indicators =
{
	{"ccIndicator", LockOn_Options.script_path.."CDU/init.lua", devices.CDU, {{"CDU_CENTER", "CDU_DOWN", "CDU_RIGHT"}}},
	{"ccIndicator", LockOn_Options.script_path.."CDU/vhf.lua",  devices.VHF_RADIO, {{"VHF_CENTER", "VHF_DOWN", "VHF_RIGHT"}}},
}
