// What the tests with boards share: time, the connection to the server, what a board has done.
#pragma once

#include "board.h"
#include "world.h"

constexpr uint64_t CYCLES_PER_MS = Board::HZ / 1000;

double milliseconds(uint64_t cycles);

/// Runs the board for so many milliseconds beside the clock on the wall, with its serial port
/// connected.
void runConnected(Board &board, Socket &socket, int port, unsigned long milliseconds);

/// Runs the board until something is so.
void runUntil(Board &board, Socket &socket, int port, const std::string &what,
              const std::function<bool()> &condition);

/// Returns the first change of a pin after a point in time.
const PinChange *changeOf(const Board &board, int pin, uint64_t after);

/// Returns the first line of this text that was sent after a point in time.
const SentLine *lineOf(const Board &board, const std::string &text, uint64_t after);

/// Prints what a sketch has needed of the RAM.
void printMemory(const char *name, const Board &board);

void testLoads(const Paths &paths);
void testLandingGear(const Paths &paths);
void testNeedle(const Paths &paths);
void testEsp32(const Paths &paths);
