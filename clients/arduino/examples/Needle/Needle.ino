// An altimeter needle on a geared stepper motor (28BYJ-48 with its ULN2003 board).
//
// The file own-defs/Kestrel_T1/gauges.json beside this sketch has the steps from the stop to each
// altitude; docs/own-defs.md says where to put it. So the dial can be calibrated without uploading
// the sketch again.
#include <DcsMaster.h>

const uint8_t COILS[] = {8, 9, 10, 11};

// The order in which the coils of the motor are switched on, half a step from one to the next.
const uint8_t HALF_STEPS[] = {0b0001, 0b0011, 0b0010, 0b0110, 0b0100, 0b1100, 0b1000, 0b1001};

uint8_t phase = 0;

void step(int8_t direction) {
  phase = (phase + direction) & 7;
  for (uint8_t coil = 0; coil < 4; coil++) {
    digitalWrite(COILS[coil], HALF_STEPS[phase] >> coil & 1);
  }
}

DcsMaster cockpit(Serial);
DCS_STEPPER(altitude, cockpit, "Altimeter_Steps", 1200, step);

void setup() {
  Serial.begin(115200);
  for (uint8_t pin : COILS) pinMode(pin, OUTPUT);
  altitude.home(4200);
  cockpit.begin();
}

void loop() { cockpit.update(); }
