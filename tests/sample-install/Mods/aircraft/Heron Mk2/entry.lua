declare_plugin("Heron-H2",
{
	installed   = true,
	dirName     = current_mod_path,
	displayName = _("Heron H.2"),
	version     = "0.9",
	state       = "installed",
	info        = _("The Heron H.2 is a light helicopter for two."),
	binaries    = {},
})

local Cockpit = current_mod_path .. "/Cockpit/Scripts/"
local views   = current_mod_path .. "/Views.lua"

make_flyable("Heron-H2", Cockpit, { nil, old = true }, current_mod_path .. "/comm.lua")
dofile(views)
make_view_settings('Heron-H2', ViewSettings, SnapViews)

plugin_done()
