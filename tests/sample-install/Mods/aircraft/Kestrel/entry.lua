local self_ID = "Kestrel by Hollow Hill"

declare_plugin(self_ID,
{
	installed    = true,
	dirName      = current_mod_path,
	displayName  = _("Kestrel"),
	developerName = _("Hollow Hill"),
	fileMenuName = _("Kestrel"),
	update_id    = "KESTREL",
	version      = "1.4.0",
	state        = "installed",
	info         = _("The Kestrel is a light two-seat jet trainer. The A.1 has one seat, a gun and four pylons."),
	Skins        = { { name = _("Kestrel"), dir = "Theme" } },
	LogBook      =
	{
		{ name = _("Kestrel T.1"), type = "Kestrel_T1" },
		{ name = _("Kestrel A.1"), type = "Kestrel_A1" },
	},
	InputProfiles =
	{
		["Kestrel_T1"] = current_mod_path .. '/Input/T1',
		["Kestrel_A1"] = current_mod_path .. '/Input/A1',
	},
})
----------------------------------------------------------------------------------------
mount_vfs_model_path	(current_mod_path.."/Shapes")
mount_vfs_texture_path	(current_mod_path.."/Textures")
mount_vfs_liveries_path	(current_mod_path.."/Liveries")

dofile(current_mod_path.."/Entry/Flyables.lua")

plugin_done()
