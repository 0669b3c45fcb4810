--- Runs the modules of a small DCS-BIOS in the sim itself, and logs the words that have changed,
-- such as `new 0=27719 4096=5`, where `new` means another aircraft. Tests compare them with the
-- words of the same modules that are hosted.
module("BIOSStateMachine", package.seeall)

local Machine = {}
Machine.__index = Machine

function Machine:new(by_aircraft, first)
  return setmetatable({ by_aircraft = by_aircraft, first = first }, self)
end

function Machine.init() end

local function run(module, dev0, words)
  for _, hook in ipairs(module.exportHooks) do
    pcall(hook, dev0)
  end
  for address, entry in pairs(module.memoryMap.entries) do
    if entry.dirty then
      entry.dirty = false
      words[#words + 1] = address .. "=" .. entry:getValue()
    end
  end
end

--- Runs all hooks, as DCS-BIOS does in each of its steps.
function Machine:step()
  local data, words = LoGetSelfData(), {}
  local aircraft = data and data.Name or "NONE"
  local modules = { self.first, unpack(self.by_aircraft[aircraft] or {}) }
  if aircraft ~= self.aircraft then
    self.aircraft = aircraft
    words[1] = "new"
    for _, module in ipairs(modules) do
      module.memoryMap:clearValues()
    end
    self.first.setAircraftName(aircraft)
  end
  local dev0 = GetDevice(0) or {}
  for _, module in ipairs(modules) do
    run(module, dev0, words)
  end
  if #words > 0 then
    log.write("BIOS", log.INFO, table.concat(words, " "))
  end
end

return Machine
