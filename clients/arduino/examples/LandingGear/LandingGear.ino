// A complete landing-gear panel on an Uno: docs/arduino.md shows the wiring.
#include <DcsMaster.h>

DcsMaster cockpit(Serial);

DCS_SWITCH(lever, cockpit, "LANDING_GEAR_LEVER", 2);
DCS_BUTTON(hornCutout, cockpit, "GEAR_HORN_CUTOUT", 3);
DCS_SWITCH(parkingBrake, cockpit, "PARKING_BRAKE", 4);
DCS_SWITCH(landingLight, cockpit, "LANDING_LIGHT", 5, 6);
DCS_ROTARY(flaps, cockpit, "FLAP_LEVER", 7, 8, 9);

DCS_LED(nose, cockpit, "gear_lights.GearNose", 10);
DCS_LED(left, cockpit, "gear_lights.GearLeft", 11);
DCS_LED(right, cockpit, "gear_lights.GearRight", 12);
DCS_LED(inTransit, cockpit, "gear_lights.GearTransit", 13);

void setup() {
  Serial.begin(115200);
  cockpit.begin();
}

void loop() { cockpit.update(); }
