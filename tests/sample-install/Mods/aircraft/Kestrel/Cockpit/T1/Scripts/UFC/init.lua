-- The scratchpad and the two option windows of the up-front controller.
local function add_text(name, parameter, x, y)
	local text        = CreateElement "ceStringPoly"
	text.name         = name
	text.material     = "font_ufc"
	text.alignment    = "RightCenter"
	text.init_pos     = {x, y, 0}
	text.formats      = {"%s"}
	text.element_params = {parameter}
	text.controllers  = {{"text_using_parameter", 0, 0}}
	Add(text)
	return text
end

add_text("txt_SCRATCHPAD", "KT_UFC_SCRATCH", 0.6, 0.4)
add_text("txt_WINDOW_1",   "KT_UFC_WIN1",   -0.6, 0.4)
add_text("txt_WINDOW_2",   "KT_UFC_WIN2",   -0.6, -0.4)
