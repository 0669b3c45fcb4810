module("MetadataStart", package.seeall)

local Module = require("Scripts.DCS-BIOS.lib.modules.Module")
local MetadataStart = Module:new("MetadataStart", 0, {})
local name = ""

function MetadataStart.setAircraftName(new_name)
  name = new_name
end

MetadataStart:text(24, function()
  return name .. "\0"
end)

return MetadataStart
