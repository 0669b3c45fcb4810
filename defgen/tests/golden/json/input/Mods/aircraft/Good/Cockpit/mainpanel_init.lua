Lamp = CreateGauge()
Lamp.arg_number = get_option_value("x")
