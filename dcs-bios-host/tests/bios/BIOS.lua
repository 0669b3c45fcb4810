package.path = lfs.writedir() .. "?.lua;" .. package.path

local BIOSStateMachine = require("Scripts.DCS-BIOS.lib.BIOSStateMachine")
local ConnectionManager = require("Scripts.DCS-BIOS.lib.ConnectionManager")
local TCPServer = require("Scripts.DCS-BIOS.lib.io.TCPServer")
local socket = require("socket")
local MetadataStart = require("Scripts.DCS-BIOS.lib.modules.common_modules.MetadataStart")

local modules = {
  -- MODULES
}

local by_aircraft = {}
for _, module in ipairs(modules) do
  for _, aircraft in ipairs(module.aircraftList) do
    by_aircraft[aircraft] = by_aircraft[aircraft] or {}
    table.insert(by_aircraft[aircraft], module)
  end
end

local connections = ConnectionManager:new({})
local machine =
  BIOSStateMachine:new(by_aircraft, MetadataStart, MetadataStart, 11000, connections, 1 / 30)
connections:addConnection(TCPServer:new("*", 7778, socket, function() end))

function LuaExportStart()
  machine:init()
end

function LuaExportAfterNextFrame()
  machine:step()
end
