Lamp = CreateGauge()
if Lamp != nil then Lamp.arg_number = 5 end
