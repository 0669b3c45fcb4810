// Panels for DCS World over dcs-master: this is the header to include.
#pragma once

#include "dcs/Button.h"
#include "dcs/Cockpit.h"
#include "dcs/Display.h"
#include "dcs/Encoder.h"
#include "dcs/Gauge.h"
#include "dcs/Lamp.h"
#include "dcs/Potentiometer.h"
#include "dcs/Servo.h"
#include "dcs/Stepper.h"
#include "dcs/Switch.h"
#include "dcs/Text.h"
