#include "checks.h"

#include <chrono>
#include <cstdio>
#include <thread>

double milliseconds(uint64_t cycles) { return double(cycles) / CYCLES_PER_MS; }

void runConnected(Board &board, Socket &socket, int port, unsigned long milliseconds) {
  auto wall = std::chrono::steady_clock::now();
  for (unsigned long i = 0; i < milliseconds; i++) {
    if (socket.connect(port)) board.send(socket.receive());
    board.run(1000);
    socket.send(board.takeBytes());
    wall += std::chrono::milliseconds(1);
    std::this_thread::sleep_until(wall);
  }
}

void runUntil(Board &board, Socket &socket, int port, const std::string &what,
              const std::function<bool()> &condition) {
  waitFor(what, [&] {
    runConnected(board, socket, port, 2);
    return condition();
  });
}

const PinChange *changeOf(const Board &board, int pin, uint64_t after) {
  for (const PinChange &change : board.changes) {
    if (change.pin == pin && change.cycle > after) return &change;
  }
  return nullptr;
}

const SentLine *lineOf(const Board &board, const std::string &text, uint64_t after) {
  for (const SentLine &line : board.lines) {
    if (line.text == text && line.cycle > after) return &line;
  }
  return nullptr;
}

void printMemory(const char *name, const Board &board) {
  std::printf("  %s: %u bytes of variables + %u of stack\n", name, board.staticBytes(),
              board.stackBytes());
}
