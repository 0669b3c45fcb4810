#include <cstdio>
#include <map>
#include <random>

#include "harness.h"

TEST(asks_for_the_aircraft_until_somebody_answers) {
  cockpit.begin();
  run(5);
  CHECK_EQUAL("\n0\n", port.out);
  run(6000);
  CHECK_EQUAL("\n0\n\n0\n\n0\n\n0\n", port.out);
  CHECK(!cockpit.connected());
  port.say("-1 no aircraft is controlled");
  run(5);
  CHECK(cockpit.connected());
  CHECK_EQUAL("", cockpit.aircraft());
  CHECK_EQUAL(0, cockpit.refusals());
}

TEST(announces_in_each_new_aircraft_and_not_at_an_answer) {
  DCS_SWITCH(arm, cockpit, "MASTER_ARM", 7);
  cockpit.begin();
  port.room = 10000;
  run(20);
  port.say("0 Kestrel_T1");
  run(20);
  CHECK_EQUAL("1 MASTER_ARM =#0", port.said());
  // That was the greeting. Now comes the answer to the question, and then later answers.
  port.say("0 Kestrel_T1");
  run(20);
  CHECK_EQUAL("", port.said());
  // A mission with the same aircraft.
  port.say("0 Kestrel_T1");
  run(20);
  CHECK_EQUAL("1 MASTER_ARM =#0", port.said());
  run(2000);
  port.said();
  // The answer to the question that has just been asked names another aircraft.
  port.say("0 Kestrel_T12");
  run(20);
  CHECK_EQUAL("1 MASTER_ARM =#0", port.said());
  CHECK_EQUAL("Kestrel_T12", cockpit.aircraft());
  port.say("0 An aircraft whose name is far too long");
  run(20);
  CHECK_EQUAL("An aircraft whose name ", cockpit.aircraft());
}

TEST(goes_on_after_the_mission_has_ended) {
  DCS_LED(caution, cockpit, "MasterCaution", 13);
  enter();
  run(2000);
  port.say("-1 no aircraft is controlled");
  run(5);
  CHECK_EQUAL("", cockpit.aircraft());
  port.said();
  run(2000);
  CHECK_EQUAL("", port.said());
  port.say("0 Kestrel_T1");
  run(5);
  CHECK_EQUAL("2 MasterCaution 0 1 30", port.said());
}

TEST(presses_while_nobody_listens_are_forgotten) {
  DCS_BUTTON(reset, cockpit, "RESET", 9);
  DCS_SWITCH(arm, cockpit, "MASTER_ARM", 7);
  DCS_ENCODER(course, cockpit, "COURSE", 2, 3, 1);
  enter();
  run(7000);
  CHECK(!cockpit.connected());
  port.lines();
  press(9);
  press(7);
  press(2);
  run(50);
  CHECK_EQUAL("", port.said());
  port.say("0 Kestrel_T1");
  run(50);
  CHECK_EQUAL("1 MASTER_ARM =#1", port.said());
}

TEST(input_goes_before_announcements) {
  DCS_LED(one, cockpit, "ONE", 10);
  DCS_LED(two, cockpit, "TWO", 11);
  DCS_LED(three, cockpit, "THREE", 12);
  DCS_BUTTON(reset, cockpit, "RESET", 9);
  cockpit.begin();
  run(20);
  port.said();
  port.room = 20;
  port.say("0 Kestrel_T1");
  run(5);
  press(9);
  run(20);
  port.room = 1000;
  run(5);
  CHECK_EQUAL("2 TWO 1 1 30|2 THREE 2 1 30|1 RESET PRESS|2 ONE 0 1 30", port.said());
}

TEST(never_writes_more_than_fits) {
  DCS_LED(one, cockpit, "ONE", 10);
  DCS_LED(two, cockpit, "TWO", 11);
  port.room = 3;
  cockpit.begin();
  port.say("0 Kestrel_T1");
  for (int i = 0; i < 40; i++) {
    run(1);
    CHECK(port.room >= 0);
    if (port.room == 0) port.room = 1 + i % 3;
  }
  CHECK_EQUAL("2 TWO 1 1 30|2 ONE 0 1 30", port.said());
}

TEST(writes_to_streams_that_do_not_tell_their_room) {
  DCS_LED(one, cockpit, "ONE", 10);
  port.tellsRoom = false;
  port.takes = false;
  cockpit.begin();
  run(10);
  port.takes = true;
  port.say("0 Kestrel_T1");
  run(100);
  CHECK_EQUAL("2 ONE 0 1 30", port.said());
}

/// A server that keeps what each line has told it, and a line that loses bytes both ways.
struct LossyServer {
  std::map<std::string, int> positions;
  std::map<std::string, int> ids;
  std::mt19937 random{7};
  bool loses = true;

  bool lost() { return loses && random() % 50 == 0; }

  void answer(FakePort &port, const std::string &line, const std::map<std::string, int> &lamps) {
    char name[128], rest[128];
    int id;
    if (line == "0") say(port, "0 Kestrel_T1");
    if (std::sscanf(line.c_str(), "1 %127s =#%127s", name, rest) == 2) {
      positions[name] = atoi(rest);
    }
    if (std::sscanf(line.c_str(), "2 %127s %d 1 30", name, &id) == 2 && lamps.count(name)) {
      ids[name] = id;
      show(port, name, lamps.at(name));
    }
  }

  void show(FakePort &port, const std::string &lamp, int level) {
    if (!ids.count(lamp)) return;
    say(port, "2 " + std::to_string(ids[lamp]) + (level ? " 1.00000 1.0" : " 0.00000 0.0"));
  }

  void say(FakePort &port, const std::string &line) {
    for (char c : line + "\n") {
      if (!lost()) port.in.push_back(c);
    }
  }

  void serve(FakePort &port, const std::map<std::string, int> &lamps) {
    for (std::string line : port.lines()) {
      for (size_t i = 0; i < line.size(); i++) {
        if (lost()) line.erase(i, 1);
      }
      answer(port, line, lamps);
    }
  }
};

TEST(a_line_that_loses_bytes_heals) {
  DCS_SWITCH(arm, cockpit, "ARM", 20);
  DCS_SWITCH(gear, cockpit, "GEAR", 21);
  DCS_LED(one, cockpit, "ONE", 10);
  DCS_LED(two, cockpit, "TWO", 11);
  DCS_LED(three, cockpit, "THREE", 12);
  LossyServer server;
  std::map<std::string, int> lamps = {{"ONE", 0}, {"TWO", 0}, {"THREE", 0}};
  cockpit.begin();
  port.room = 1 << 30;
  for (int i = 0; i < 2000; i++) {
    std::string lamp = i % 3 == 0 ? "ONE" : i % 3 == 1 ? "TWO" : "THREE";
    lamps[lamp] = server.random() % 2;
    server.show(port, lamp, lamps[lamp]);
    server.random() % 2 ? press(20 + i % 2) : release(20 + i % 2);
    run(20);
    server.serve(port, lamps);
  }
  CHECK(cockpit.badLines() > 10);
  server.loses = false;
  for (int i = 0; i < 300; i++) {
    run(20);
    server.serve(port, lamps);
  }
  CHECK_EQUAL(lamps["ONE"], host::levels[10]);
  CHECK_EQUAL(lamps["TWO"], host::levels[11]);
  CHECK_EQUAL(lamps["THREE"], host::levels[12]);
  CHECK_EQUAL(arm.position(), server.positions["ARM"]);
  CHECK_EQUAL(gear.position(), server.positions["GEAR"]);
}

/// A network connection that can be lost.
class FakeClient : public Client {
 public:
  int connect(IPAddress, uint16_t) override { return 1; }
  int connect(const char *, uint16_t) override { return 1; }
  uint8_t connected() override { return isConnected; }
  void stop() override {}
  int available() override { return port.available(); }
  int read() override { return port.read(); }
  int peek() override { return port.peek(); }
  using Print::write;
  size_t write(uint8_t c) override { return isConnected ? port.write(c) : 0; }

  FakePort port;
  bool isConnected = false;
};

TEST(a_new_connection_begins_anew) {
  FakeClient client;
  client.port.tellsRoom = false;
  DcsMaster overNetwork(client);
  DCS_SWITCH(arm, overNetwork, "MASTER_ARM", 7);
  overNetwork.begin();
  ::run(overNetwork, 100);
  CHECK_EQUAL("", client.port.out);
  for (int i = 0; i < 3; i++) {
    client.isConnected = true;
    client.port.say("0 Kestrel_T1");
    ::run(overNetwork, 10);
    CHECK_EQUAL("1 MASTER_ARM =#0", client.port.said());
    client.port.in = {'0', ' ', 'h', 'a', 'l', 'f'};
    ::run(overNetwork, 10);
    client.isConnected = false;
    ::run(overNetwork, 10);
    CHECK(!overNetwork.connected());
    client.port.out.clear();
  }
}
