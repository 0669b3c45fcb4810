// Lamps: lit or dark, and as bright as in the cockpit.
#include <DcsMaster.h>

DcsMaster cockpit(Serial);

DCS_LED(caution, cockpit, "MasterCaution", 13);

// Lit by LOW, as lamps between a pin and 5 V are.
DCS_LED(fire, cockpit, "FireLight", DCS_INVERTED(12));

// Lit from half of the brightness on; without this number from 0.3 on.
DCS_LED(fuelLow, cockpit, "CPT_LTS_FUEL_LO", 8, 0.5);

// Pins marked with ~ can do this.
DCS_PWM(panelLight, cockpit, "INSTRUMENT_LIGHTS", 9);

void setup() {
  Serial.begin(115200);
  cockpit.begin();
}

void loop() { cockpit.update(); }
