Lamp = CreateGauge()
Lamp.parameter_name = “LAMP”
