// Knobs: encoders and potentiometers.
#include <DcsMaster.h>

DcsMaster cockpit(Serial);

// Each click sends INC or DEC. If it turns the wrong way, swap the pins.
DCS_ENCODER(altimeter, cockpit, "ALTIMETER_SETTING", 2, 3);

// An encoder whose contacts change twice from click to click; most do so four times.
DCS_ENCODER(course, cockpit, "COURSE", 4, 5, 2);

// From 0 to 1.
DCS_POTENTIOMETER(floodLight, cockpit, "FLOOD_LIGHT", A0);

// The values at the two ends of an axis that goes from -1 to 1.
DCS_POTENTIOMETER(rudderTrim, cockpit, "RUDDER_TRIM", A1, -1, 1);

void setup() {
  Serial.begin(115200);
  cockpit.begin();
}

void loop() { cockpit.update(); }
