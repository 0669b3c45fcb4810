declare_plugin("Weapons", { state = "installed" })
declare_weapon({ category = CAT_BOMBS })
plugin_done()
