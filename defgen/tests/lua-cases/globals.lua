-- Globals that are added and removed while the same code reads them again and again.
local found = {}
local function note(value) found[#found + 1] = tostring(value) end
for round = 1, 6 do
  for n = 1, 400 do _G["temp" .. n] = round * n end
  marker = round
  note(marker + temp7 + temp400)
  for n = 1, 400 do _G["temp" .. n] = nil end
  note(temp7)
  for n = 401, 900 do _G["temp" .. n] = n end
  temp7 = -round
  note(temp7 + temp900)
  rawset(_G, "temp7", nil)
  note(temp7)
  for n = 401, 900 do rawset(_G, "temp" .. n, nil) end
end
setmetatable(_G, {__index = function(_, name) return name .. "?" end})
note(temp7)
rawset(_G, "temp7", false)
note(temp7)
temp7 = nil
note(temp7)
setmetatable(_G, nil)
note(temp7)
globals = found
