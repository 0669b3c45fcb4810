local text          = CreateElement "ceStringPoly"
text.name           = "VHF_FREQ"
text.element_params = {"H2_VHF"}
text.controllers    = {{"text_using_parameter", 0, 0}}
Add(text)
