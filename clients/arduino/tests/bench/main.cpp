// Runs sketches on emulated boards and on this computer, against the real server and the stand-in
// sim. Times of the board are counted in its own cycles, so a busy computer changes none of them.
#include <cstdio>

#include "checks.h"

int main(int count, char **arguments) {
  if (count != 5) {
    std::fprintf(stderr, "usage: %s REPOSITORY DCS-MASTER FIRMWARE-FOLDER WORK-FOLDER\n",
                 arguments[0]);
    return 2;
  }
  Paths paths{arguments[1], arguments[2], arguments[3], arguments[4]};
  const std::pair<const char *, void (*)(const Paths &)> tests[] = {
      {"twenty inputs and twenty outputs", testLoads},
      {"the same on a serial port of the server", testSerialLoads},
      {"landing-gear panel on an Uno", testLandingGear},
      {"calibrated needle on a Mega", testNeedle},
      {"ESP32 on this computer", testEsp32},
  };
  for (auto &test : tests) {
    std::printf("%s\n", test.first);
    std::fflush(stdout);
    try {
      test.second(paths);
    } catch (const std::string &) {
      return 1;
    }
  }
}
