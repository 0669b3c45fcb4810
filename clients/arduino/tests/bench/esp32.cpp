#include "checks.h"

/// The ESP32 example as a program of this computer, which finds the server by (a stand-in for)
/// mDNS.
void testEsp32(const Paths &paths) {
  World world(paths);
  Process esp32({paths.firmware + "/Esp32.host"},
                {"DCS_MASTER=127.0.0.1:" + std::to_string(world.port)});
  auto acts = [&](const std::string &input, const std::string &action) {
    size_t from = world.sim->lineCount();
    esp32.say(input);
    waitFor(action, [&] { return world.sim->hasSaid("action " + action + " ", from); });
  };
  auto shows = [&](const std::string &told, const std::string &shown) {
    size_t from = esp32.lineCount();
    world.tell(told);
    waitFor(shown, [&] { return esp32.hasSaid(shown, from); });
  };
  shows("arg 170 1", "pin 2 1");
  acts("press 18", "1 3001 1");
  acts("press 19", "12 3001 1");
  acts("release 19", "12 3001 0");
  acts("read 34 4095", "7 3003 1");
  shows("arg 120 0.45", "60 %");
  shows("show 2 txt_CHANNEL 17", "17");
  world.stopServer();
  world.startServer();
  shows("arg 170 0", "pin 2 0");
  acts("release 18", "1 3001 0");
}
