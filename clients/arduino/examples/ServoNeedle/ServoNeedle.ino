// A needle on a hobby servo.
#include <DcsMaster.h>
#include <Servo.h>

Servo servo;

void point(int microseconds) { servo.writeMicroseconds(microseconds); }

DcsMaster cockpit(Serial);

// 0 to 110 % on the gauge are 2400 to 544 microseconds: servos turn to the left.
DCS_SERVO(rpm, cockpit, "Engine_RPM", 0, 110, 2400, 544, point);

void setup() {
  Serial.begin(115200);
  servo.attach(5);
  cockpit.begin();
}

void loop() { cockpit.update(); }
