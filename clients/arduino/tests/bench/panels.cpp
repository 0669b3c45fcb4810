// Panels on emulated boards, against the real server and the stand-in sim.
#include <chrono>
#include <cstdio>

#include "checks.h"

/// Returns the milliseconds of real time since then.
static double since(std::chrono::steady_clock::time_point then) {
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - then).count();
}

/// Presses or releases a pin and waits until the board has sent the line and the sim has the
/// action.
static void move(Panel &panel, World &world, int pin, bool closed, const std::string &line,
                 const std::string &action) {
  Board &board = *panel.board;
  uint64_t from = board.cycle();
  size_t printed = world.sim->lineCount();
  closed ? board.press(pin) : board.release(pin);
  panel.runUntil(line, [&] { return lineOf(board, line, from) != nullptr; });
  uint64_t took = lineOf(board, line, from)->cycle - from;
  auto sent = std::chrono::steady_clock::now();
  panel.runUntil(action, [&] { return world.sim->hasSaid("action " + action + " ", printed); });
  std::printf("  pin %d -> \"%s\" after %.1f ms of the board; at the sim %.0f ms later\n", pin,
              line.c_str(), milliseconds(took), since(sent));
  CHECK(took <= 20 * CYCLES_PER_MS);
}

/// Changes an arg and waits until the pin follows.
static void light(Panel &panel, World &world, int arg, bool on, int pin) {
  Board &board = *panel.board;
  uint64_t from = board.cycle();
  size_t printed = world.sim->lineCount();
  world.sim->say("arg " + std::to_string(arg) + (on ? " 1" : " 0"));
  world.sim->say("echo changed");
  waitFor("the arg", [&] { return world.sim->hasSaid("echo changed", printed); });
  auto changed = std::chrono::steady_clock::now();
  panel.runUntil("pin " + std::to_string(pin),
                 [&] { return changeOf(board, pin, from) != nullptr; });
  const PinChange &change = *changeOf(board, pin, from);
  uint64_t took = change.cycle - change.lineStart;
  std::printf("  arg %d -> pin %d in %.1f ms of the board from the first bit; %.0f ms in all\n",
              arg, pin, milliseconds(took), since(changed));
  CHECK(change.high == on);
  CHECK(took <= 20 * CYCLES_PER_MS);
}

/// Tests the lever, the button and the lamps.
static void testParts(Panel &panel, World &world) {
  panel.board->press(2);
  panel.board->press(7);
  // The aircraft is parked and cold, so the lever that is down is taken over.
  panel.runUntil("the lever's standing position",
                 [&] { return world.sim->hasSaid("action 6 3044 1 "); });
  move(panel, world, 2, false, "1 LANDING_GEAR_LEVER =#0", "6 3044 0");
  move(panel, world, 3, true, "1 GEAR_HORN_CUTOUT PRESS", "6 3042 1");
  move(panel, world, 3, false, "1 GEAR_HORN_CUTOUT RELEASE", "6 3042 0");
  for (int pin : {10, 11, 12, 13}) light(panel, world, 130 + pin, true, pin);
  light(panel, world, 140, false, 10);
}

/// The server is replaced, and the board, which was not reset, tells the new one everything.
static void testNewServer(Panel &panel, World &world) {
  world.stopServer();
  panel.run(300);
  world.tell("arg 140 1");
  uint64_t replaced = panel.board->cycle();
  world.startServer();
  panel.runUntil("the value of the new server",
                 [&] { return changeOf(*panel.board, 10, replaced) != nullptr; });
  move(panel, world, 2, true, "1 LANDING_GEAR_LEVER =#1", "6 3044 1");
}

/// A flight ends, and another begins.
static void testNewFlight(Panel &panel, World &world) {
  world.tell("aircraft none");
  panel.run(500);
  world.tell("arg 140 0");
  world.tell("aircraft Kestrel_T1");
  panel.runUntil("the next flight", [&] { return !panel.board->isHigh(10); });
}

/// The board is reset while the server writes a line.
static void testReset(Panel &panel, World &world) {
  panel.reset();
  panel.board->run(20000);
  panel.board->send("000 1.0\n");
  panel.runUntil("a new start",
                 [&] { return lineOf(*panel.board, "1 LANDING_GEAR_LEVER =#0", 0) != nullptr; });
  panel.run(300);
  move(panel, world, 3, true, "1 GEAR_HORN_CUTOUT PRESS", "6 3042 1");
  light(panel, world, 140, true, 10);
}

void testLandingGear(const Paths &paths) {
  Panel panel(paths.firmware + "/LandingGear.atmega328p.elf", "atmega328p");
  World world(paths, panel.cable.port());
  testParts(panel, world);
  testNewServer(panel, world);
  testNewFlight(panel, world);
  printMemory("LandingGear", *panel.board);
  testReset(panel, world);
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
  Panel panel(paths.firmware + "/Needle.atmega2560.elf", "atmega2560");
  Board &board = *panel.board;
  Motor motor{4200};
  board.run(5500000);
  motor.follow(board);
  CHECK(motor.position == 0);
  World world(paths, panel.cable.port());
  for (auto expected :
       {std::make_pair("0.625", 1500), std::make_pair("0.5", 2100), std::make_pair("0.75", 900)}) {
    world.tell(std::string("arg 103 ") + expected.first);
    panel.runUntil("the needle", [&] {
      motor.follow(board);
      return motor.position == expected.second;
    });
    board.run(100000);
    motor.follow(board);
    CHECK(motor.position == expected.second);
  }
  printMemory("Needle", board);
}
