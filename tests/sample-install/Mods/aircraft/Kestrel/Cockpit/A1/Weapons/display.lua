-- The weapon panel: one line for the armament state, one with children for each station.
local base       = CreateElement "ceSimple"
base.name        = "WPN_BASE"
Add(base)

local function add_text(name, parameter)
	local text          = CreateElement "ceStringPoly"
	text.name           = name
	text.parent_element = base.name
	text.element_params = {parameter}
	text.controllers    = {{"text_using_parameter", 0, 0}}
	Add(text)
end

add_text("txt_ARM", "KA_ARM")
add_text("txt_STORES", "KA_STORES")
