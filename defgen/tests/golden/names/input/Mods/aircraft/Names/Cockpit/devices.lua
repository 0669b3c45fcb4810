local count = 0
local function counter() count = count + 1 return count end
devices = {}
devices["UFC"]   = counter()
devices["RADIO"] = counter()
devices["UFC"]   = counter()
devices["HALF"]  = 1.5
devices["WORD"]  = "seven"
