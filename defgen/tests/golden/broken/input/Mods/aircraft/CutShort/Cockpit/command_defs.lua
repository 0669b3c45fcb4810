UFC_commands = {
	TCN = 3001,
	ILS = 30