common_value = 42
