// Runs a sketch on an emulated board behind a pseudo-terminal, as if it were plugged in. It prints
// the name of the port and then "pin 13 1" when the level of a pin changes. A line "press 7" or
// "release 7" on standard input closes or opens a contact, and "volt 0 2500" sets an analog pin.
#include <fcntl.h>
#include <poll.h>
#include <termios.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>

#include "../bench/board.h"

/// Opens a pseudo-terminal and returns the board's end of it.
static int openPort() {
  int port = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK);
  if (port < 0 || grantpt(port) != 0 || unlockpt(port) != 0) return -1;
  // Held open, so that the port survives programs that come and go.
  int other = open(ptsname(port), O_RDWR | O_NOCTTY);
  termios settings;
  tcgetattr(other, &settings);
  cfmakeraw(&settings);
  tcsetattr(other, TCSANOW, &settings);
  std::printf("port %s\n", ptsname(port));
  return port;
}

/// Returns what can be read without waiting; `ended` is set at the end.
static std::string readAll(int from, bool &ended) {
  char buffer[512];
  pollfd input = {from, POLLIN, 0};
  if (poll(&input, 1, 0) <= 0) return "";
  ssize_t count = read(from, buffer, sizeof(buffer));
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
  int port = openPort();
  std::fflush(stdout);
  bool ended = port < 0, unplugged = false;
  std::string input;
  auto wall = std::chrono::steady_clock::now();
  while (!ended) {
    input += readAll(0, ended);
    for (size_t end; (end = input.find('\n')) != std::string::npos; input.erase(0, end + 1)) {
      obey(board, input.substr(0, end));
    }
    if (board.waiting() < 64) board.send(readAll(port, unplugged));
    board.run(1000);
    std::string bytes = board.takeBytes();
    if (write(port, bytes.data(), bytes.size()) < 0)
      std::fprintf(stderr, "nobody reads the port\n");
    printChanges(board);
    wall += std::chrono::milliseconds(1);
    std::this_thread::sleep_until(wall);
  }
}
