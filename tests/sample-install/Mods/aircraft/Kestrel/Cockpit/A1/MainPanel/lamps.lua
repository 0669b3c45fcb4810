-- Written by hand, lamp by lamp.

local lamps =
{
	{160, CautionLights.CPT_LTS_GEN},
	{161, CautionLights.CPT_LTS_BATT},
	{162, CautionLights.CPT_LTS_FUEL_LO},
	{163, CautionLights.CPT_LTS_OIL},
	{164, CautionLights.CPT_LTS_HYD},
	{165, CautionLights.CPT_LTS_CANOPY},
	{166, CautionLights.CPT_LTS_OXY},
}
caution_panel = {}
for i, lamp in ipairs(lamps) do
	caution_panel[i] = create_caution_lamp(lamp[1], lamp[2])
end

MasterCaution = create_simple_lamp(170, nil)
FireLight     = create_parameter_lamp(171, "KT_FIRE")

-- armament
station_ready = {}
for i = 1, 4 do
	station_ready["StationReady"..i] = create_parameter_lamp(320 + i, "KA_READY_"..i)
end
ArmedLight    = create_parameter_lamp(330, "KA_ARMED")
