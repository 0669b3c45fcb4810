// Runs a sketch as a program. A line "press 18" or "release 18" on standard input closes or opens a
// contact, and "read 34 4095" sets the result of analogRead. The program prints "pin 2 1" when an
// output changes.
#include <poll.h>
#include <unistd.h>

#include <cstdio>
#include <string>

#include "Arduino.h"

void setup();
void loop();

static void printChange(int pin, int level) {
  std::printf("pin %d %d\n", pin, level);
  std::fflush(stdout);
}

static void obey(const std::string &line) {
  int pin = 0, reading = 0;
  if (std::sscanf(line.c_str(), "press %d", &pin) == 1) host::levels[pin % host::PINS] = LOW;
  if (std::sscanf(line.c_str(), "release %d", &pin) == 1) host::levels[pin % host::PINS] = HIGH;
  if (std::sscanf(line.c_str(), "read %d %d", &pin, &reading) == 2) {
    host::readings[pin % host::PINS] = reading;
  }
}

/// Obeys the lines that have come in. Returns false at the end of the input.
static bool obeyInput() {
  static std::string line;
  pollfd input = {0, POLLIN, 0};
  while (poll(&input, 1, 0) > 0) {
    char c;
    if (read(0, &c, 1) != 1) return false;
    if (c != '\n') {
      line += c;
      continue;
    }
    obey(line);
    line.clear();
  }
  return true;
}

int main() {
  host::onChange = printChange;
  setup();
  while (obeyInput()) {
    loop();
    usleep(200);
  }
}
