elements = { A = { class = {class_type.BTN}, device = get_param_handle("D"), action = {3002}, arg = {1}, arg_value = {1} } }
