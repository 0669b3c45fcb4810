// Twenty inputs and twenty outputs on an Uno, for measuring. Some share a pin: an Uno has 18.
#include <DcsMaster.h>

#ifndef BAUD
#define BAUD 115200
#endif

// Counts what the library reads, so that a test can tell when a byte has been lost.
class CountedSerial : public Stream {
 public:
  int available() override { return Serial.available(); }
  int peek() override { return Serial.peek(); }
  int availableForWrite() override { return Serial.availableForWrite(); }
  size_t write(uint8_t c) override { return Serial.write(c); }
  int read() override;
};

volatile unsigned long bytesRead;
volatile unsigned long valuesShown;
volatile unsigned long passes;
volatile unsigned long badLines;

int CountedSerial::read() {
  bytesRead++;
  return Serial.read();
}

void show(long) { valuesShown++; }
void turn(int) { valuesShown++; }
void step(int8_t) {}
void print(const char *) { valuesShown++; }

// A display as slow as an LCD behind I2C.
struct SlowLcd {
  void setCursor(uint8_t, uint8_t) { delayMicroseconds(1200); }
  void write(uint8_t) { delayMicroseconds(1200); }
} lcd;

CountedSerial counted;
DcsMaster cockpit(counted);

DCS_SWITCH(battery, cockpit, "BATTERY_SWITCH", 2);
DCS_SWITCH(generator, cockpit, "GENERATOR_SWITCH", 3);
DCS_SWITCH(fuelPump, cockpit, "FUEL_PUMP", 3);
DCS_SWITCH(fireCover, cockpit, "FIRE_HANDLE_COVER", 3);
DCS_SWITCH(fireHandle, cockpit, "FIRE_HANDLE", 3);
DCS_SWITCH(gearLever, cockpit, "LANDING_GEAR_LEVER", 3);
DCS_SWITCH(parkingBrake, cockpit, "PARKING_BRAKE", 3);
DCS_SWITCH(canopy, cockpit, "CANOPY_LEVER", 3);
DCS_SWITCH(ignition, cockpit, "IGNITION", 4, 5);
DCS_SWITCH(landingLight, cockpit, "LANDING_LIGHT", 4, 5);
DCS_SWITCH(navigationLights, cockpit, "NAVIGATION_LIGHTS", 4, 5);
DCS_ROTARY(navigationMode, cockpit, "NAVIGATION_MODE", 4, 5, 6, 7, 8);
DCS_BUTTON(cautionReset, cockpit, "MASTER_CAUTION_RESET", 9);
DCS_BUTTON(lampTest, cockpit, "LAMP_TEST", 10);
DCS_BUTTON(hornCutout, cockpit, "GEAR_HORN_CUTOUT", 10);
DCS_ROCKER(starter, cockpit, "STARTER", 6, 7);
DCS_ENCODER(course, cockpit, "COURSE", 11, 12);
DCS_ENCODER(headingBug, cockpit, "HEADING_BUG", 8, 9);
DCS_POTENTIOMETER(instrumentLights, cockpit, "INSTRUMENT_LIGHTS", A0);
DCS_POTENTIOMETER(rudderTrim, cockpit, "RUDDER_TRIM", A1, -1, 1);

DCS_LED(caution, cockpit, "MasterCaution", 13);
DCS_LED(generatorOff, cockpit, "CPT_LTS_GEN", A2);
DCS_LED(batteryOff, cockpit, "CPT_LTS_BATT", A3);
DCS_LED(fuelLow, cockpit, "CPT_LTS_FUEL_LO", A3);
DCS_LED(oil, cockpit, "CPT_LTS_OIL", A3);
DCS_LED(hydraulics, cockpit, "CPT_LTS_HYD", A3);
DCS_LED(noseGear, cockpit, "gear_lights.GearNose", A4);
DCS_LED(leftGear, cockpit, "gear_lights.GearLeft", A4);
DCS_LED(rightGear, cockpit, "gear_lights.GearRight", A4);
DCS_LED(gearMoves, cockpit, "gear_lights.GearTransit", A4);
DCS_LED(fire, cockpit, "FireLight", A5);
DCS_PWM(advisory, cockpit, "KT_ADV_1", 10);
DCS_GAUGE(rpm, cockpit, "Engine_RPM", 1, show, 30);
DCS_GAUGE(egt, cockpit, "Engine_EGT", 0, show, 30);
DCS_SERVO(speed, cockpit, "Airspeed", 0, 550, 544, 2400, turn);
DCS_SERVO(flaps, cockpit, "FlapIndicator", 0, 1, 0, 180, turn);
DCS_STEPPER(altitude, cockpit, "Altimeter", 1000, step);
DCS_STEPPER(climb, cockpit, "VerticalSpeed", 1000, step);
DCS_TEXT(channel, cockpit, 2, "txt_CHANNEL", 4, print);
DCS_DISPLAY(frequency, cockpit, 2, "txt_FREQUENCY", lcd, 0, 1, 8);

void setup() {
  Serial.begin(BAUD);
  cockpit.begin();
}

void loop() {
  cockpit.update();
  passes++;
  badLines = cockpit.badLines();
}
