-- What can be clicked in both cockpits.

-- Electrics
elements["PNT_BATTERY"]   = default_2_position_tumb(_("Battery Switch, ON/OFF"), devices.ELEC, elec_commands.Battery, 60)
elements["PNT_GENERATOR"] = default_2_position_tumb(_("Generator Switch, ON/OFF"), devices.ELEC, elec_commands.Generator, 61)
elements["PNT_GEN_RESET"] = default_button(_("Generator Reset"), devices.ELEC, elec_commands.GeneratorReset, 62)
elements["PNT_LAMP_TEST"] = default_button(_("Lamp Test"), devices.ELEC, elec_commands.LampTest, 63)

-- Engine
elements["PNT_THROTTLE"]  = default_axis(_("Throttle"), devices.ENGINE, engine_commands.Throttle, 70, 0, 0.1, true)
elements["PNT_STARTER"]   = springloaded_3_pos_tumb(_("Starter, CRANK/OFF/START"), devices.ENGINE, engine_commands.Starter, 71)
elements["PNT_IGNITION"]  = default_3_position_tumb(_("Ignition, OFF/AUTO/CONT"), devices.ENGINE, engine_commands.Ignition, 72, false)
elements["PNT_FUEL_PUMP"] = default_2_position_tumb(_("Fuel Pump, ON/OFF"), devices.FUEL, engine_commands.FuelPump, 73)
elements["PNT_FIRE_COVER"], elements["PNT_FIRE"] =
	guarded_switch(_("Fire Handle"), devices.ENGINE, engine_commands.FireHandleCover, 74, engine_commands.FireHandle, 75)

-- Gear, flaps, trim
elements["PNT_GEAR"]      = default_2_position_tumb(_("Landing Gear Lever, UP/DOWN"), devices.GEAR, gear_commands.GearLever, 82)
elements["PNT_HORN"]      = default_button(_("Gear Horn Cutout"), devices.GEAR, gear_commands.GearHornCutout, 84)
elements["PNT_PARK"]      = default_2_position_tumb(_("Parking Brake"), devices.GEAR, gear_commands.ParkingBrake, 85)
elements["PNT_FLAPS"]     = multiposition_switch(_("Flap Lever, UP/HALF/FULL"), devices.CONTROLS, controls_commands.Flaps, 83, 3, 0.5)
elements["PNT_TRIM"]      = default_axis(_("Rudder Trim"), devices.CONTROLS, controls_commands.RudderTrim, 86, 0.0, 0.05)
elements["PNT_AIRBRAKE"]  = springloaded_3_pos_tumb(_("Airbrake, IN/-/OUT"), devices.CONTROLS, controls_commands.Airbrake, 87)
elements["PNT_TRIM"].arg_lim = {{-1, 1}}

-- Lights
elements["PNT_LANDING"]   = default_3_position_tumb(_("Landing Light, TAXI/OFF/LAND"), devices.LIGHTS, lights_commands.Landing, 90)
elements["PNT_NAVLIGHTS"] = default_3_position_tumb(_("Navigation Lights, DIM/OFF/BRT"), devices.LIGHTS, lights_commands.Navigation, 91, false, true)
elements["PNT_INSTR"]     = default_axis(_("Instrument Lights"), devices.LIGHTS, lights_commands.Instruments, 92, 0.5, 0.1)
elements["PNT_FLOOD"]     = default_axis(_("Flood Light"), devices.LIGHTS, lights_commands.Flood, 93, 0, 0.1)

-- Up-front controller
for i = 0, 9 do
	elements["PNT_UFC_"..i] = default_button(_("UFC Key ")..i, devices.UFC, ufc_commands["Key_"..i], 200 + i)
end
elements["PNT_UFC_CLR"]   = default_button(_("UFC Clear"), devices.UFC, ufc_commands.Clear, 210)
elements["PNT_UFC_ENT"]   = default_button(_("UFC Enter"), devices.UFC, ufc_commands.Enter, 211)
elements["PNT_UFC_BRT"]   = default_axis(_("UFC Brightness"), devices.UFC, ufc_commands.Brightness, 212, 0.8)

-- Radio: the knob is pushed and turned
elements["PNT_RADIO_PWR"] = multiposition_switch(_("Radio, OFF/MAIN/BOTH/ADF"), devices.RADIO, radio_commands.Power, 220, 4, 0.1)
elements["PNT_RADIO_CHN"] = default_axis_cycle(_("Radio Channel"), devices.RADIO, radio_commands.Channel, 221, 0, 0.05)
elements["PNT_RADIO_VOL"] =
{
	class               = {class_type.BTN, class_type.LEV},
	hint                = _("Radio Squelch / Volume"),
	device              = devices.RADIO,
	action              = {radio_commands.Squelch, radio_commands.Volume},
	stop_action         = {radio_commands.Squelch},
	arg                 = {222, 223},
	arg_value           = {1, 0.1},
	arg_lim             = {{0, 1}, {0, 1}},
	use_release_message = {true, false},
	gain                = {0, 0.1},
	relative            = {false, false},
	use_OBB             = true,
}

-- Navigation
elements["PNT_NAV_MODE"]  = multiposition_switch(_("Navigation Mode, OFF/TCN/VOR/ILS/WPT"), devices.NAV, nav_commands.Mode, 230, 5, 0.25)
elements["PNT_COURSE"]    = default_axis_cycle(_("Course"), devices.NAV, nav_commands.Course, 231, 0, 0.02)
elements["PNT_HEADING"]   = default_axis_cycle(_("Heading Bug"), devices.NAV, nav_commands.Heading, 232, 0, 0.02)
elements["PNT_BARO"]      = default_axis_cycle(_("Altimeter Setting"), devices.ALTIMETER, altimeter_commands.Baro, 233, 0, 0.04)

elements["PNT_CAUTION"]   = default_button(_("Master Caution Reset"), devices.CAUTION, caution_commands.MasterCaution, 172)
elements["PNT_CANOPY"]    = default_2_position_tumb(_("Canopy Lever, OPEN/CLOSE"), devices.CANOPY, canopy_commands.Lever, 240)

-- elements["PNT_CLOCK"]  = default_button(_("Clock"), devices.CLOCK, device_commands.Button_1, 241)
