// Runs a sketch on an emulated board behind a pseudo-terminal, as if it were plugged in. It prints
// the name of the port and then "pin 13 1" when the level of a pin changes. A line "press 7" or
// "release 7" on standard input closes or opens a contact, and "volt 0 2500" sets an analog pin.
#include <poll.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>

#include "../bench/board.h"
#include "../bench/cable.h"

/// Returns the bytes that can be read from standard input without waiting; sets `ended` at its end.
static std::string readInput(bool &ended) {
  char buffer[512];
  pollfd input = {0, POLLIN, 0};
  if (poll(&input, 1, 0) <= 0) return "";
  ssize_t count = read(0, buffer, sizeof(buffer));
  if (count == 0) ended = true;
  return count > 0 ? std::string(buffer, static_cast<size_t>(count)) : "";
}

static void obey(Board &board, const std::string &line) {
  int pin = 0, millivolts = 0;
  if (std::sscanf(line.c_str(), "press %d", &pin) == 1) board.press(pin);
  if (std::sscanf(line.c_str(), "release %d", &pin) == 1) board.release(pin);
  if (std::sscanf(line.c_str(), "volt %d %d", &pin, &millivolts) == 2) {
    board.setVoltage(pin, static_cast<unsigned>(millivolts));
  }
}

static void printChanges(Board &board) {
  for (const PinChange &change : board.changes) std::printf("pin %d %d\n", change.pin, change.high);
  if (!board.changes.empty()) std::fflush(stdout);
  board.changes.clear();
  board.lines.clear();
}

int main(int count, char **arguments) {
  if (count < 3) {
    std::fprintf(stderr, "usage: %s SKETCH.elf atmega328p|atmega2560 [BAUD]\n", arguments[0]);
    return 2;
  }
  Board board(arguments[1], arguments[2], count > 3 ? atol(arguments[3]) : 115200);
  Cable cable;
  std::printf("port %s\n", cable.port().c_str());
  std::fflush(stdout);
  bool ended = false;
  std::string input;
  auto wall = std::chrono::steady_clock::now();
  while (!ended) {
    input += readInput(ended);
    for (size_t end; (end = input.find('\n')) != std::string::npos; input.erase(0, end + 1)) {
      obey(board, input.substr(0, end));
    }
    if (board.waiting() < 64) board.send(cable.receive());
    board.run(1000);
    cable.send(board.takeBytes());
    printChanges(board);
    wall += std::chrono::milliseconds(1);
    std::this_thread::sleep_until(wall);
  }
}
