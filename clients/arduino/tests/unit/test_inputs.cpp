#include "harness.h"

TEST(switch_states_where_it_stands) {
  DCS_SWITCH(arm, cockpit, "MASTER_ARM", 7);
  cockpit.begin();
  CHECK_EQUAL(INPUT_PULLUP, host::modes[7]);
  press(7);
  run(20);
  CHECK_EQUAL("", port.said());
  port.say("0 Kestrel_T1");
  run(5);
  CHECK_EQUAL("1 MASTER_ARM =#1", port.said());
  CHECK_EQUAL("Kestrel_T1", cockpit.aircraft());
  release(7);
  run(20);
  CHECK_EQUAL("1 MASTER_ARM =#0", port.said());
  CHECK_EQUAL(0, arm.position());
}

TEST(bouncing_contacts_are_one_move) {
  DCS_SWITCH(arm, cockpit, "MASTER_ARM", 7);
  enter();
  for (int i = 0; i < 20; i++) {
    i % 2 ? release(7) : press(7);
    run(3);
  }
  CHECK_EQUAL("", port.said());
  press(7);
  run(20);
  CHECK_EQUAL("1 MASTER_ARM =#1", port.said());
}

TEST(switch_with_two_pins_has_three_positions) {
  DCS_SWITCH(lights, cockpit, "LANDING_LIGHT", 4, 5);
  enter();
  CHECK_EQUAL(1, lights.position());
  press(4);
  run(20);
  release(4);
  run(20);
  press(5);
  run(20);
  CHECK_EQUAL("1 LANDING_LIGHT =#0|1 LANDING_LIGHT =#1|1 LANDING_LIGHT =#2", port.said());
}

TEST(inverted_pin_swaps_the_positions) {
  DCS_SWITCH(arm, cockpit, "MASTER_ARM", DCS_INVERTED(7));
  enter();
  CHECK_EQUAL(1, arm.position());
}

TEST(rotary_keeps_its_position_between_two_contacts) {
  DCS_ROTARY(mode, cockpit, "NAVIGATION_MODE", 4, 5, 6);
  enter();
  CHECK_EQUAL(255, mode.position());
  press(6);
  run(20);
  release(6);
  run(200);
  press(5);
  run(20);
  CHECK_EQUAL("1 NAVIGATION_MODE =#2|1 NAVIGATION_MODE =#1", port.said());
}

TEST(button_is_pressed_and_released) {
  DCS_BUTTON(reset, cockpit, "MASTER_CAUTION_RESET", 9);
  enter();
  press(9);
  run(20);
  CHECK_EQUAL("1 MASTER_CAUTION_RESET PRESS", port.said());
  release(9);
  run(20);
  CHECK_EQUAL("1 MASTER_CAUTION_RESET RELEASE", port.said());
}

TEST(short_press_is_not_lost_while_the_port_is_full) {
  DCS_BUTTON(reset, cockpit, "RESET", 9);
  enter();
  port.room = 0;
  press(9);
  run(20);
  release(9);
  run(20);
  port.room = 1000;
  run(5);
  CHECK_EQUAL("1 RESET PRESS|1 RESET RELEASE", port.said());
}

TEST(action_sends_its_position_once) {
  DCS_ACTION(toggle, cockpit, "BATTERY_SWITCH", 9, "TOGGLE");
  enter();
  press(9);
  run(50);
  release(9);
  run(50);
  CHECK_EQUAL("1 BATTERY_SWITCH TOGGLE", port.said());
}

TEST(rocker_springs_back) {
  DCS_ROCKER(starter, cockpit, "STARTER", 6, 7);
  enter();
  press(7);
  run(20);
  release(7);
  run(20);
  press(6);
  run(20);
  CHECK_EQUAL("1 STARTER #2|1 STARTER RELEASE|1 STARTER #0", port.said());
}

/// Moves the two contacts of an encoder to the next state, forwards or backwards.
static void turn(Panel &panel, int direction, int edges) {
  static const bool closed[4][2] = {{false, false}, {false, true}, {true, true}, {true, false}};
  static int state = 0;
  for (int i = 0; i < edges; i++) {
    state = (state + direction + 4) % 4;
    closed[state][0] ? press(2) : release(2);
    closed[state][1] ? press(3) : release(3);
    panel.run(1);
  }
  panel.run(5);
}

TEST(encoder_sends_a_line_for_each_click) {
  DCS_ENCODER(course, cockpit, "COURSE", 2, 3);
  enter();
  turn(*this, 1, 8);
  CHECK_EQUAL("1 COURSE INC|1 COURSE INC", port.said());
  turn(*this, -1, 4);
  CHECK_EQUAL("1 COURSE DEC", port.said());
  turn(*this, 1, 2);
  turn(*this, -1, 2);
  CHECK_EQUAL("", port.said());
}

TEST(encoder_with_two_edges_per_click) {
  DCS_ENCODER(course, cockpit, "COURSE", 2, 3, 2);
  enter();
  turn(*this, 1, 4);
  CHECK_EQUAL("1 COURSE INC|1 COURSE INC", port.said());
}

TEST(encoder_does_not_go_on_turning_by_itself) {
  DCS_ENCODER(course, cockpit, "COURSE", 2, 3);
  enter();
  port.room = 0;
  turn(*this, 1, 400);
  port.room = 10000;
  run(100);
  CHECK_EQUAL(21, long(port.lines().size()));
}

TEST(potentiometer_sends_what_differs) {
  host::readings[A0] = 512;
  DCS_POTENTIOMETER(dimmer, cockpit, "FLOOD_LIGHT", A0);
  cockpit.begin();
  run(100);
  port.say("0 Kestrel_T1");
  port.room = 10000;
  run(5);
  CHECK_EQUAL("1 FLOOD_LIGHT =0.5", port.said());
  for (int i = 0; i < 400; i++) {
    host::readings[A0] = 511 + i % 3;
    run(1);
  }
  // Repeated once, as every item is.
  CHECK_EQUAL("1 FLOOD_LIGHT =0.5", port.said());
  host::readings[A0] = 1021;
  run(400);
  std::vector<std::string> lines = port.lines();
  CHECK(lines.size() >= 2 && lines.size() <= 10);
  CHECK_EQUAL("1 FLOOD_LIGHT =1", lines.back());
}

TEST(potentiometer_can_run_the_other_way_round) {
  host::readings[A0] = 1023;
  DCS_POTENTIOMETER(trim, cockpit, "RUDDER_TRIM", A0, 1, -1);
  cockpit.begin();
  run(100);
  port.say("0 Kestrel_T1");
  run(5);
  CHECK_EQUAL("1 RUDDER_TRIM =-1", port.said());
}

TEST(slow_potentiometer_sends_steps_that_count) {
  host::readings[A0] = 0;
  DCS_POTENTIOMETER(dimmer, cockpit, "FLOOD_LIGHT", A0);
  enter();
  double before = 0;
  for (int reading = 0; reading <= 1023; reading++) {
    host::readings[A0] = reading;
    if (reading % 100 == 0) port.say("0 Kestrel_T1");
    run(23);
  }
  run(200);
  for (const std::string &line : port.lines()) {
    if (line == "0") continue;
    double value = std::stod(line.substr(line.find('=') + 1));
    CHECK(value == before || value - before > 0.01);
    before = value;
  }
  CHECK(before == 1);
}
