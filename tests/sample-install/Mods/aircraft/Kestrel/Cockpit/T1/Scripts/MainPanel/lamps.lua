-- The caution panel, left of the engine instruments.

create_caution_lamp(160, CautionLights.CPT_LTS_GEN)
create_caution_lamp(161, CautionLights.CPT_LTS_BATT)
create_caution_lamp(162, CautionLights.CPT_LTS_FUEL_LO)
create_caution_lamp(163, CautionLights.CPT_LTS_OIL)
create_caution_lamp(164, CautionLights.CPT_LTS_HYD)
create_caution_lamp(165, CautionLights.CPT_LTS_CANOPY)
create_caution_lamp(166, CautionLights.CPT_LTS_OXY)
create_caution_lamp(298, CautionLights.CPT_LTS_CK_SEAT)

MasterCaution = create_simple_lamp(170, nil)
FireLight     = create_parameter_lamp(171, "KT_FIRE")

-- advisory lights: a helper that calls a helper
local function advisory(number)
	return create_parameter_lamp(180 + number, "KT_ADV_"..number)
end
for i = 1, 4 do
	advisory(i)
end

-- the instructor's two, which have only a number
local extra = create_simple_lamp(190)
extra       = create_simple_lamp(191)
