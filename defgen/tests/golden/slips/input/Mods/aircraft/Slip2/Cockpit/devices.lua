devices = { UFC = 1 }
