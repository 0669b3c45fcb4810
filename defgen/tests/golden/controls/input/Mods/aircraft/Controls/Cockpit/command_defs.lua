ufc_commands   = { Test = 3001, Mode = 3002 }
radio_commands = { Power = 3001, Tune = 3002, Volume = 3003 }
gear_commands  = { Lever = 3010 }
