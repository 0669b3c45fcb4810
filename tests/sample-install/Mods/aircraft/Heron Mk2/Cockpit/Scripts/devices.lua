-- Devices of the Heron H.2. Numbers are part of the flight model: do not reorder!
local count = 0

function counter()
	count = count + 1
	return count
end

devices =
{
	ELECTRIC_SYSTEM = counter(),	--1
	ENGINE_1        = counter(),	--2
	ENGINE_2        = counter(),	--3
	ROTOR           = counter(),	--4
	FUEL_SYSTEM     = counter(),	--5
	CDU             = counter(),	--6
	VHF_RADIO       = counter(),	--7
	DOPPLER         = counter(),	--8
	WIPER           = counter(),	--9
	HEATER          = counter(),	--10
	CAUTION_PANEL   = counter(),	--11
	BARO_ALTIMETER  = counter(),	--12
	RADAR_ALTIMETER = counter(),	--13
	HOOK            = counter(),	--14
	EXTLIGHTS       = counter(),	--15
}

-- added after the release, to be sorted in
devices["SEARCHLIGHT"] = counter()
