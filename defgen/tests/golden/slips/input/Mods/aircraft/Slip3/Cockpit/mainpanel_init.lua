Lamp = CreateGauge()
Lamp.arg_number = 5 // the lamp
