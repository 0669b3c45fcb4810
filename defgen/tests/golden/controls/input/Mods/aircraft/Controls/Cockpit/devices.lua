devices = { UFC = 1, RADIO = 2, GEAR = 3 }
