// A switch and a lamp: docs/arduino.md begins with this.
#include <DcsMaster.h>

DcsMaster cockpit(Serial);

DCS_SWITCH(battery, cockpit, "BATTERY_SWITCH", 7);
DCS_LED(noBattery, cockpit, "CPT_LTS_BATT", 13);

void setup() {
  Serial.begin(115200);
  cockpit.begin();
}

void loop() { cockpit.update(); }
