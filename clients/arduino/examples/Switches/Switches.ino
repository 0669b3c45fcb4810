// Switches that stay where they are put: with two and three positions, and a rotary switch.
#include <DcsMaster.h>

DcsMaster cockpit(Serial);

// One pin: open is #0, closed is #1.
DCS_SWITCH(battery, cockpit, "BATTERY_SWITCH", 2);

// The same, mounted upside down.
DCS_SWITCH(fuelPump, cockpit, "FUEL_PUMP", DCS_INVERTED(3));

// Two pins: the first closed is #0, none is #1, the second closed is #2.
DCS_SWITCH(landingLight, cockpit, "LANDING_LIGHT", 4, 5);

// A pin for each position.
DCS_ROTARY(navigationMode, cockpit, "NAVIGATION_MODE", 6, 7, 8, 9, 10);

void setup() {
  Serial.begin(115200);
  cockpit.begin();
}

void loop() { cockpit.update(); }
