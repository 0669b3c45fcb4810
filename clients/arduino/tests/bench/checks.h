// Shared by the tests with boards: time, the cable to the server, a board's lines and changes.
#pragma once

#include "board.h"
#include "cable.h"
#include "world.h"

constexpr uint64_t CYCLES_PER_MS = Board::HZ / 1000;

double milliseconds(uint64_t cycles);

/// A board with a cable. The server has the other end of the cable as a serial port.
class Panel {
 public:
  Panel(const std::string &sketch, const std::string &mcu, long baud = 115200);

  /// Starts the sketch again, as a board does when its port is opened.
  void reset();

  /// Runs the board for this many milliseconds, at the speed of real time.
  void run(unsigned long milliseconds);
  /// Runs the board until the condition holds.
  void runUntil(const std::string &what, const std::function<bool()> &condition);

  std::unique_ptr<Board> board;
  Cable cable;

 private:
  void runMillisecond();

  std::string sketch_;
  std::string mcu_;
  long baud_;
};

/// Returns the first change of a pin after a point in time.
const PinChange *changeOf(const Board &board, int pin, uint64_t after);

/// Returns the first line of this text that was sent after a point in time.
const SentLine *lineOf(const Board &board, const std::string &text, uint64_t after);

/// Prints the RAM that a sketch has needed.
void printMemory(const char *name, const Board &board);

void testLoads(const Paths &paths);
void testSerialLoads(const Paths &paths);
void testLandingGear(const Paths &paths);
void testNeedle(const Paths &paths);
void testEsp32(const Paths &paths);
