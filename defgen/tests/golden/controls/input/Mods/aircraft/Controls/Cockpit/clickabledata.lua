dofile(LockOn_Options.script_path.."devices.lua")
dofile(LockOn_Options.script_path.."command_defs.lua")
elements = {}
local function e(name, fields) elements[name] = fields end

-- the command is known from this line, from the device's name, from nothing
elements["written"]    = { class = {class_type.BTN}, device = devices.GEAR, action = {radio_commands.Power}, stop_action = {radio_commands.Power}, arg = {1}, arg_value = {1}, arg_lim = {{0, 1}} }
e("by_device", { class = {class_type.BTN}, hint = "no release", device = 2, action = {3001}, arg = {2}, arg_value = {1}, arg_lim = {{0, 1}} })
e("unknown_name", { class = {class_type.TUMB}, device = 3, action = {3001}, arg = {3}, arg_value = {1}, arg_lim = {0, 1} })
e("only_one", { class = {class_type.TUMB}, device = 1, action = {3010}, arg = {4}, arg_value = {-0.5}, arg_lim = {{-1, 1}}, cycle = false })
e("no_device_of_that_number", { class = {class_type.LEV}, device = 9, action = {3003}, arg = {5}, arg_value = {0}, gain = {0.1}, arg_lim = {{0, 1}} })

e("spring_3", { class = {class_type.SNGBTN, class_type.SNGBTN}, device = 1, action = {3001, 3002}, stop_action = {3001, 3002}, arg = {6, 6}, arg_value = {-1, 1}, arg_lim = {{-1, 0}, {0, 1}}, use_release_message = {true, true} })
e("stop_value", { class = {class_type.BTN}, device = 1, action = {3001}, stop_action = {3001}, stop_value = {0.5}, arg = {7}, arg_value = {1}, arg_lim = {{0, 1}} })
e("spring_one_way", { class = {class_type.TUMB, class_type.TUMB}, device = 1, action = {3001, 3001}, stop_action = {nil, 3001}, arg = {8, 8}, arg_value = {-1, 1}, arg_lim = {{-1, 1}, {-1, 1}} })
e("push_and_turn", { class = {class_type.BTN, class_type.LEV}, device = 2, action = {3001, 3003}, stop_action = {3001, 0}, arg = {9, 10}, arg_value = {1, 0.5}, arg_lim = {{0, 1}, {0.375, 0.625}}, relative = {false, true}, gain = {1, 0.02}, use_release_message = {true, false} })
e("relative_steps", { class = {class_type.TUMB, class_type.TUMB}, device = 2, action = {3002, 3002}, arg = {11, 11}, arg_value = {-0.1, 0.1}, arg_lim = {{0, 1}, {0, 1}}, relative = {true, true} })
e("thirds", { class = {class_type.TUMB, class_type.TUMB}, device = 1, action = {3002, 3002}, arg = {12, 12}, arg_value = {-1/3, 1/3}, arg_lim = {{0, 1}, {0, 1}} })
e("three_actions", { class = {class_type.BTN, class_type.NULL, class_type.MOVABLE_LEV}, device = 1, action = {3001, 3001, 3002}, arg = {13, 13, 14}, arg_value = {1, 0, 0}, arg_lim = {{0, 1}} })
e("hint_only", { hint = "no class" })
e("odd", { class = {9}, device = "UFC", action = {"press"}, arg = {1}, hint = 5 })
elements["not a table"] = 5
elements[17] = { class = class_type.BTN, device = 1, action = 3001, arg = 17, arg_value = 1, arg_lim = {0, 1}, use_release_message = true }

-- a command of its own for the release; what is not `true` says nothing; all the way without limits
e("rocker", { class = {class_type.BTN, class_type.BTN}, device = 2, action = {3001, 3002}, stop_action = {3003, 3003}, arg = {18, 18}, arg_value = {1, -1}, arg_lim = {{0, 1}, {-1, 0}} })
e("not_relative", { class = {class_type.LEV, class_type.LEV}, device = 2, action = {3001, 3002}, arg = {19, 20}, arg_value = {1, 1}, gain = {0.1, 0.1}, relative = {0, {0, 1}}, use_release_message = {0} })
e("newer_classes", { class = {class_type.MULTY_TUMB, class_type.BTN_FIX, class_type.TUMB_4SIDE}, device = 2, action = {3001, 3002, 3003}, arg = {21, 22, 23}, arg_value = {0.5, 1, 1}, arg_lim = {{0, 1}, {0, 1}, {-1, 1}}, cycle = {true} })
cyclic_by_default = false
