#include "harness.h"

static std::string calls;

static void note(const std::string &call) { calls += (calls.empty() ? "" : "|") + call; }

/// Returns the arguments with which the callbacks were called since the last call.
static std::string called() {
  std::string result = calls;
  calls.clear();
  return result;
}

TEST(led_is_lit_from_its_threshold_on) {
  DCS_LED(caution, cockpit, "MasterCaution", 13);
  DCS_LED(inverted, cockpit, "FireLight", DCS_INVERTED(12), 0.8);
  cockpit.begin();
  CHECK_EQUAL(OUTPUT, host::modes[13]);
  CHECK_EQUAL(LOW, host::levels[13]);
  CHECK_EQUAL(HIGH, host::levels[12]);
  port.say("0 Kestrel_T1");
  port.room = 200;
  run(5);
  CHECK_EQUAL("2 FireLight 1 1 30|2 MasterCaution 0 1 30", port.said());
  port.say("2 0 0.25000 0.3");
  port.say("2 1 0.74999 0.7");
  run(1);
  CHECK_EQUAL(HIGH, host::levels[13]);
  CHECK_EQUAL(HIGH, host::levels[12]);
  port.say("2 0 0.24999 0.2");
  port.say("2 1 0.75000 0.8");
  run(1);
  CHECK_EQUAL(LOW, host::levels[13]);
  CHECK_EQUAL(LOW, host::levels[12]);
}

TEST(led_with_the_least_threshold_is_dark_at_0) {
  DCS_LED(caution, cockpit, "MasterCaution", 13, 0);
  enter();
  port.say("2 0 0.05000 0.1");
  run(1);
  CHECK_EQUAL(HIGH, host::levels[13]);
  port.say("2 0 0.00000 0.0");
  run(1);
  CHECK_EQUAL(LOW, host::levels[13]);
}

TEST(pwm_is_as_bright_as_the_lamp) {
  DCS_PWM(flood, cockpit, "FLOOD", 9);
  enter();
  const std::pair<const char *, int> cases[] = {
      {"0.50000", 127}, {"1.00000", 255}, {"-0.20000", 0}, {"1.70000", 255}};
  for (auto &expected : cases) {
    port.say(std::string("2 0 ") + expected.first + " 0.1");
    run(1);
    CHECK_EQUAL(expected.second, host::brightness[9]);
  }
}

static void onRpm(long value) { note(std::to_string(value)); }

TEST(gauge_calls_with_the_newest_value_only) {
  DCS_GAUGE(rpm, cockpit, "Engine_RPM", 1, onRpm, 25);
  cockpit.begin();
  port.say("0 Kestrel_T1");
  run(5);
  CHECK_EQUAL("2 Engine_RPM 0 1 25", port.said());
  port.say("2 0 0.70000 89.1");
  port.say("2 0 0.71000 89.2");
  port.say("2 0 0.72000 -89.3");
  run(5);
  CHECK_EQUAL("-893", called());
  CHECK_EQUAL(-893, rpm.value());
}

TEST(gauge_of_telemetry_is_a_gauge) {
  DCS_GAUGE(altitude, cockpit, "sim.altitude", 0, onRpm, 10);
  cockpit.begin();
  port.say("0 Su-25T");
  run(5);
  CHECK_EQUAL("2 sim.altitude 0 0 10", port.said());
  port.say("2 0 3048.00000 10000");
  run(5);
  CHECK_EQUAL("10000", called());
  CHECK_EQUAL(10000, altitude.value());
}

static void onServo(int position) { note(std::to_string(position)); }

TEST(servo_maps_the_scale_to_its_ends) {
  DCS_SERVO(speed, cockpit, "Airspeed", 0, 550, 544, 2400, onServo);
  DCS_SERVO(flaps, cockpit, "FlapIndicator", 0, 1, 180, 0, onServo);
  DCS_SERVO(altitude, cockpit, "Altimeter", 45000, 0, 0, 180, onServo);
  cockpit.begin();
  port.say("0 Kestrel_T1");
  port.room = 1000;
  run(5);
  CHECK_EQUAL("2 FlapIndicator 1 3 20|2 Altimeter 2 -1 20|2 Airspeed 0 0 20", port.said());
  port.say("2 0 0.00000 0");
  port.say("2 1 0.50000 0.250");
  port.say("2 2 0.50000 30000");
  run(2);
  CHECK_EQUAL("135|60|544", called());
  port.say("2 0 0.00000 0");
  run(2);
  CHECK_EQUAL("", called());
  port.say("2 0 0.00000 700");
  port.say("2 1 0.50000 -0.250");
  port.say("2 2 0.50000 46000");
  run(2);
  CHECK_EQUAL("180|0|2400", called());
}

static long steps;

static void onStep(int8_t direction) { steps += direction; }

TEST(servo_is_moved_to_its_first_end_too) {
  DCS_SERVO(flaps, cockpit, "FlapIndicator", 0, 1, 0, 180, onServo);
  enter();
  port.say("2 0 0.00000 0.000");
  run(2);
  CHECK_EQUAL("0", called());
}

TEST(stepper_goes_at_its_own_speed) {
  steps = 0;
  DCS_STEPPER(needle, cockpit, "Altimeter_Steps", 2000, onStep);
  enter();
  port.say("2 0 0.50000 30");
  run(20);
  CHECK_EQUAL(10, steps);
  port.say("2 0 0.50000 -5");
  run(100);
  CHECK_EQUAL(-5, steps);
  CHECK_EQUAL(-5, needle.position());
}

TEST(stepper_finds_its_stop_before_it_follows) {
  steps = 0;
  DCS_STEPPER(needle, cockpit, "Altimeter_Steps", 1000, onStep);
  needle.home(50);
  enter();
  port.say("2 0 0.50000 7");
  run(10);
  CHECK_EQUAL(-50, steps);
  run(100);
  CHECK_EQUAL(-50 + 7, steps);
}

TEST(endless_stepper_takes_the_shorter_way) {
  steps = 0;
  DCS_STEPPER(compass, cockpit, "Heading_Steps", 1000, onStep, 720);
  enter();
  // The value of the gauge, and the sum of the steps that lead to it.
  const std::pair<int, int> cases[] = {{700, -20}, {10, 10}, {360, 360}, {719, 719}, {1, 721}};
  for (auto &expected : cases) {
    port.say("2 0 0.50000 " + std::to_string(expected.first));
    run(800);
    CHECK_EQUAL(expected.second, steps);
  }
}

static void onText(const char *text) { note("[" + std::string(text) + "]"); }

TEST(text_is_whole_when_it_arrives) {
  DCS_TEXT(channel, cockpit, 2, "txt_CHANNEL", 6, onText);
  cockpit.begin();
  port.say("0 Kestrel_T1");
  run(5);
  CHECK_EQUAL("3 2 txt_CHANNEL 0", port.said());
  for (char c : std::string("3 0  ON\\nOFF12")) {
    port.in.push_back(c);
    run(1);
  }
  CHECK_EQUAL("", called());
  port.say("");
  run(2);
  CHECK_EQUAL("[ ON\nOF]", called());
  port.say("3 0 ");
  run(2);
  CHECK_EQUAL("[]", called());
}

TEST(gauges_and_texts_have_ids_of_their_own) {
  DCS_TEXT(channel, cockpit, 2, "txt_CHANNEL", 6, onText);
  DCS_LED(caution, cockpit, "MasterCaution", 13);
  enter();
  port.say("2 0 1.00000 1");
  port.say("3 1 text");
  port.say("2 77 1.00000 1");
  port.say("3 77 text");
  run(5);
  CHECK_EQUAL("", called());
  CHECK_EQUAL(LOW, host::levels[13]);
}

/// A display of 2 rows of 8, which counts how often it is touched.
static struct {
  std::string rows[2] = {"........", "........"};
  uint8_t column = 0;
  uint8_t row = 0;
  int touched = 0;

  void setCursor(uint8_t x, uint8_t y) {
    column = x;
    row = y;
    touched++;
  }
  void write(uint8_t c) {
    rows[row][column++] = static_cast<char>(c);
    touched++;
  }
} lcd;

static Panel radio;
DCS_DISPLAY(channel, radio.cockpit, 2, "txt_CHANNEL", lcd, 0, 0, 4);
DCS_DISPLAY(frequency, radio.cockpit, 2, "txt_FREQUENCY", lcd, 1, 1, 7);

TEST(display_writes_one_character_in_a_pass) {
  radio.cockpit.begin();
  radio.port.say("0 Kestrel_T1");
  radio.run(5);
  CHECK_EQUAL("3 2 txt_FREQUENCY 1|3 2 txt_CHANNEL 0", radio.port.said());
  radio.port.say("3 0 05");
  radio.port.say("3 1 251.000 MHz");
  for (int pass = 0; pass < 20; pass++) {
    int before = lcd.touched;
    radio.run(1);
    CHECK(lcd.touched - before <= 2);
  }
  CHECK_EQUAL("05  ....", lcd.rows[0]);
  CHECK_EQUAL(".251.000", lcd.rows[1]);
  radio.port.say("3 1 12");
  radio.run(3);
  radio.port.say("3 1 9");
  radio.run(20);
  CHECK_EQUAL(".9      ", lcd.rows[1]);
}

TEST(errors_reach_the_sketch) {
  DCS_ERRORS(errors, cockpit, 20, onText);
  DCS_LED(caution, cockpit, "MastrCaution", 13);
  enter();
  port.say("-1 unknown gauge \"MastrCaution\" for Kestrel_T1");
  run(2);
  CHECK_EQUAL("[unknown gauge \"Mastr]", called());
  CHECK_EQUAL(1, cockpit.refusals());
  CHECK_EQUAL("Kestrel_T1", cockpit.aircraft());
}
