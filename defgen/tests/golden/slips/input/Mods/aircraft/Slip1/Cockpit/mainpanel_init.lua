Lamp = CreateGauge()
Lamp.arg_number == 5
