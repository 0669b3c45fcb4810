local count = -1
local function counter()
	count = count + 1
	return count
end

CautionLights =
{
	CPT_LTS_GEN        = counter(),
	CPT_LTS_BATT       = counter(),
	CPT_LTS_FUEL_LO    = counter(),
	CPT_LTS_OIL        = counter(),
	CPT_LTS_HYD        = counter(),
	CPT_LTS_CANOPY     = counter(),
	CPT_LTS_OXY        = counter(),
	CPT_LTS_CK_SEAT    = counter(),
}
