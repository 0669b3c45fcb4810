UFC_commands = { TCN = 3001 }
