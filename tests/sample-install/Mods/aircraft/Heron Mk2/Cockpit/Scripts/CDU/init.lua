-- Four lines of 16 characters.
for line = 1, 4 do
	local text          = CreateElement "ceStringPoly"
	text.name           = "CDU_LINE_"..line
	text.init_pos       = {-0.9, 0.9 - line * 0.4, 0}
	text.element_params = {"H2_CDU_"..line}
	text.controllers    = {{"text_using_parameter", 0, 0}}
	Add(text)
end
