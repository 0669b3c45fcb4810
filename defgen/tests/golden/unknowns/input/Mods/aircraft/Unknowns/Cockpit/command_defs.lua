UFC_commands = { TCN = GetSelf():command(), ILS = 3002 }
