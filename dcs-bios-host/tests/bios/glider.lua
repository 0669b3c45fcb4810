M:number(65535, function(dev0)
  return dev0:get_argument_value(7) * 65535
end)
M:number(65535, function()
  return LoGetAircraftDrawArgumentValue(11) * 65535
end)
M:number(65535, function()
  return GetDevice(20):get_frequency() / 100000
end)
M:number(65535, function()
  return LoGetAltitude() or 0
end)
M:number(9, function()
  return tonumber(list_cockpit_params():match("PAGE:(%d)")) or 0
end)
M:text(4, function()
  return list_indication(3)
end)
M:addExportHook(function(dev0)
  if dev0:get_argument_value(7) > 0.9 then
    dev0:get_argument_value(8)
  end
end)
M:addInputProcessor("GEAR", function(value)
  GetDevice(2):performClickableAction(3001, tonumber(value))
end)
M:addInputProcessor("RADIO", function(value)
  GetDevice(20):set_frequency(tonumber(value) * 1000000)
end)
M:addInputProcessor("SIM", function()
  LoSetCommand(68)
  LoSetCommand(2004, -0.5)
end)
