MainPanel = {"ccMainPanel", LockOn_Options.script_path.."mainpanel_init.lua"}
local x = nil + 1
