#include "checks.h"

#include <chrono>
#include <cstdio>
#include <thread>

double milliseconds(uint64_t cycles) { return double(cycles) / CYCLES_PER_MS; }

/// The most bytes that wait for the line to the board, as in the driver of a real port.
static const size_t MOST_WAITING = 64;

Panel::Panel(const std::string &sketch, const std::string &mcu, long baud)
    : sketch_(sketch), mcu_(mcu), baud_(baud) {
  reset();
}

void Panel::reset() { board.reset(new Board(sketch_, mcu_, baud_)); }

void Panel::runMillisecond() {
  if (board->waiting() < MOST_WAITING) board->send(cable.receive());
  board->run(1000);
  cable.send(board->takeBytes());
}

void Panel::run(unsigned long milliseconds) {
  auto wall = std::chrono::steady_clock::now();
  for (unsigned long i = 0; i < milliseconds; i++) {
    runMillisecond();
    wall += std::chrono::milliseconds(1);
    std::this_thread::sleep_until(wall);
  }
}

void Panel::runUntil(const std::string &what, const std::function<bool()> &condition) {
  waitFor(what, [&] {
    run(2);
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
