local count = 0
local function counter()
	count = count + 1
	return count
end
-------DEVICE ID-------
devices = {}
devices["ELEC"]          = counter()
devices["HYDRAULICS"]    = counter()
devices["ENGINE"]        = counter()
devices["FUEL"]          = counter()
devices["CONTROLS"]      = counter()
devices["GEAR"]          = counter()
devices["LIGHTS"]        = counter()
devices["UFC"]           = counter()
devices["RADIO"]         = counter()
--devices["TACAN"]       = counter()
devices["NAV"]           = counter()
devices["ALTIMETER"]     = counter()
devices["CAUTION"]       = counter()
devices["OXYGEN"]        = counter()
devices["INTERCOM"]      = counter()
devices["CANOPY"]        = counter()
devices["CLOCK"]         = counter()
