// Inputs that spring back: a push button, one that toggles a switch, and a rocker.
#include <DcsMaster.h>

DcsMaster cockpit(Serial);

// Held in the cockpit as long as it is held here.
DCS_BUTTON(cautionReset, cockpit, "MASTER_CAUTION_RESET", 2);

// Does one thing when it is pressed: TOGGLE, INC, DEC, a number, #n or the label of a position.
DCS_ACTION(generator, cockpit, "GENERATOR_SWITCH", 3, "TOGGLE");

// A switch that springs back to its middle: the pin of #0, the pin of #2.
DCS_ROCKER(starter, cockpit, "STARTER", 4, 5);

void setup() {
  Serial.begin(115200);
  cockpit.begin();
}

void loop() { cockpit.update(); }
