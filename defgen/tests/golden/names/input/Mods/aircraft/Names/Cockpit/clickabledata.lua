elements = {}
