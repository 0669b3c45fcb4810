// Panels on emulated boards, against the real server and the stand-in sim.
#include <chrono>
#include <cstdio>

#include "checks.h"

/// Presses or releases a pin and waits until the board has sent the line and the sim has the
/// action.
static void move(Board &board, Socket &socket, World &world, int pin, bool closed,
                 const std::string &line, const std::string &action) {
  uint64_t from = board.cycle();
  size_t printed = world.sim->lineCount();
  closed ? board.press(pin) : board.release(pin);
  runUntil(board, socket, world.port, line, [&] { return lineOf(board, line, from) != nullptr; });
  uint64_t took = lineOf(board, line, from)->cycle - from;
  auto sent = std::chrono::steady_clock::now();
  runUntil(board, socket, world.port, action,
           [&] { return world.sim->hasSaid("action " + action + " ", printed); });
  auto waited = std::chrono::steady_clock::now() - sent;
  std::printf("  pin %d -> \"%s\" after %.1f ms of the board; at the sim %.0f ms later\n", pin,
              line.c_str(), milliseconds(took),
              std::chrono::duration<double>(waited).count() * 1000);
  CHECK(took <= 20 * CYCLES_PER_MS);
}

/// Changes an arg and waits until the pin follows.
static void light(Board &board, Socket &socket, World &world, int arg, bool on, int pin) {
  uint64_t from = board.cycle();
  auto told = std::chrono::steady_clock::now();
  world.sim->say("arg " + std::to_string(arg) + (on ? " 1" : " 0"));
  runUntil(board, socket, world.port, "pin " + std::to_string(pin),
           [&] { return changeOf(board, pin, from) != nullptr; });
  auto waited = std::chrono::steady_clock::now() - told;
  const PinChange &change = *changeOf(board, pin, from);
  uint64_t took = change.cycle - change.lineStart;
  std::printf(
      "  arg %d -> pin %d in %.1f ms of the board from the first bit; %.0f ms from the sim\n", arg,
      pin, milliseconds(took), std::chrono::duration<double>(waited).count() * 1000);
  CHECK(change.high == on);
  CHECK(took <= 20 * CYCLES_PER_MS);
}

/// The lever, the button and the lamps.
static void testParts(Board &board, Socket &socket, World &world) {
  board.press(2);
  board.press(7);
  // The aircraft is parked and cold, so the lever that is down is taken over.
  runUntil(board, socket, world.port, "the lever's standing position",
           [&] { return world.sim->hasSaid("action 6 3044 1 "); });
  move(board, socket, world, 2, false, "1 LANDING_GEAR_LEVER =#0", "6 3044 0");
  move(board, socket, world, 3, true, "1 GEAR_HORN_CUTOUT PRESS", "6 3042 1");
  move(board, socket, world, 3, false, "1 GEAR_HORN_CUTOUT RELEASE", "6 3042 0");
  for (int pin : {10, 11, 12, 13}) light(board, socket, world, 130 + pin, true, pin);
  light(board, socket, world, 140, false, 10);
}

/// The server is replaced, and the board, which was not reset, tells the new one everything.
static void testNewServer(Board &board, Socket &socket, World &world) {
  world.stopServer();
  runConnected(board, socket, world.port, 300);
  world.tell("arg 140 1");
  uint64_t replaced = board.cycle();
  world.startServer();
  runUntil(board, socket, world.port, "the value of the new server",
           [&] { return changeOf(board, 10, replaced) != nullptr; });
  move(board, socket, world, 2, true, "1 LANDING_GEAR_LEVER =#1", "6 3044 1");
}

/// A flight ends, and another begins.
static void testNewFlight(Board &board, Socket &socket, World &world) {
  world.tell("aircraft none");
  runConnected(board, socket, world.port, 500);
  world.tell("arg 140 0");
  world.tell("aircraft Kestrel_T1");
  runUntil(board, socket, world.port, "the next flight", [&] { return !board.isHigh(10); });
}

/// The board is reset while the server writes a line, as it is when its port is opened.
static void testReset(Board &board, Socket &socket, World &world) {
  board.run(20000);
  board.send("000 1.0\n");
  runUntil(board, socket, world.port, "a new start",
           [&] { return lineOf(board, "1 LANDING_GEAR_LEVER =#0", 0) != nullptr; });
  runConnected(board, socket, world.port, 300);
  move(board, socket, world, 3, true, "1 GEAR_HORN_CUTOUT PRESS", "6 3042 1");
  light(board, socket, world, 140, true, 10);
}

void testLandingGear(const Paths &paths) {
  const std::string sketch = paths.firmware + "/LandingGear.atmega328p.elf";
  World world(paths);
  Socket socket;
  Board board(sketch, "atmega328p");
  testParts(board, socket, world);
  testNewServer(board, socket, world);
  testNewFlight(board, socket, world);
  printMemory("LandingGear", board);
  Board again(sketch, "atmega328p");
  testReset(again, socket, world);
}

/// Follows the coils of the needle's motor.
struct Motor {
  long position;
  int phase = 0;
  size_t seen = 0;

  static int phaseOf(unsigned coils) {
    static const unsigned phases[] = {1, 3, 2, 6, 4, 12, 8, 9};
    for (int i = 0; i < 8; i++) {
      if (phases[i] == coils) return i;
    }
    return -1;
  }

  // Two coils change in one step only when one is switched off before another is on, so a pattern
  // that is no phase is on the way between two.
  void follow(const Board &board) {
    static unsigned coils = 0;
    for (; seen < board.changes.size(); seen++) {
      const PinChange &change = board.changes[seen];
      if (change.pin < 8 || change.pin > 11) continue;
      unsigned bit = 1u << (change.pin - 8);
      coils = change.high ? coils | bit : coils & ~bit;
      int next = phaseOf(coils);
      if (next < 0) continue;
      int step = (next - phase + 8) % 8;
      position += step == 1 ? 1 : step == 7 ? -1 : 0;
      phase = next;
    }
  }
};

/// The calibrated needle on a Mega: own definitions turn the altimeter's arg into steps.
void testNeedle(const Paths &paths) {
  World world(paths);
  world.tell("arg 103 0.625");
  Socket socket;
  Board board(paths.firmware + "/Needle.atmega2560.elf", "atmega2560");
  Motor motor{4200};
  board.run(5500000);
  motor.follow(board);
  CHECK(motor.position == 0);
  for (auto expected :
       {std::make_pair("0.625", 1500), std::make_pair("0.5", 2100), std::make_pair("0.75", 900)}) {
    world.tell(std::string("arg 103 ") + expected.first);
    runUntil(board, socket, world.port, "the needle", [&] {
      motor.follow(board);
      return motor.position == expected.second;
    });
    board.run(100000);
    motor.follow(board);
    CHECK(motor.position == expected.second);
  }
  printMemory("Needle", board);
}
