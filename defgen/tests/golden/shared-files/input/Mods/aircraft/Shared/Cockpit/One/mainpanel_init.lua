Lamp = CreateGauge()
Lamp.arg_number, Lamp.input, Lamp.output = 5, {0, 1}, {0, 1}
