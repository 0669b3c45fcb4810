-- Channel and frequency of the radio.
for i, name in ipairs({"txt_CHANNEL", "txt_FREQUENCY"}) do
	local text       = CreateElement "ceStringPoly"
	text.name        = name
	text.material    = "font_radio"
	text.init_pos    = {0, 0.5 - i * 0.5, 0}
	text.element_params = {"KT_RADIO_"..i}
	text.controllers = {{"text_using_parameter", 0, 0}}
	Add(text)
end
