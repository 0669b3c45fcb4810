// Runs sketches on emulated boards and on this computer, against the real server and the stand-in
// sim. Times of the board are counted in its own cycles, so a busy computer changes none of them.
#include <sys/stat.h>

#include <chrono>
#include <cstdio>
#include <fstream>
#include <map>
#include <sstream>
#include <thread>

#include "board.h"
#include "world.h"

static const uint64_t CYCLES_PER_MS = Board::HZ / 1000;
static const unsigned HALF_OF_AN_UNO = 1024;
/// How long a load lasts.
static const unsigned SECONDS = 6;

static double milliseconds(uint64_t cycles) { return double(cycles) / CYCLES_PER_MS; }

/// Runs the board for so many milliseconds beside the clock on the wall, with its serial port
/// connected.
static void runConnected(Board &board, Socket &socket, int port, unsigned long milliseconds) {
  auto wall = std::chrono::steady_clock::now();
  for (unsigned long i = 0; i < milliseconds; i++) {
    if (socket.connect(port)) board.send(socket.receive());
    board.run(1000);
    socket.send(board.takeBytes());
    wall += std::chrono::milliseconds(1);
    std::this_thread::sleep_until(wall);
  }
}

/// Runs the board until something is so.
static void runUntil(Board &board, Socket &socket, int port, const std::string &what,
                     const std::function<bool()> &condition) {
  waitFor(what, [&] {
    runConnected(board, socket, port, 2);
    return condition();
  });
}

/// Returns the first change of a pin after a point in time.
static const PinChange *changeOf(const Board &board, int pin, uint64_t after) {
  for (const PinChange &change : board.changes) {
    if (change.pin == pin && change.cycle > after) return &change;
  }
  return nullptr;
}

static const SentLine *lineOf(const Board &board, const std::string &text, uint64_t after) {
  for (const SentLine &line : board.lines) {
    if (line.text == text && line.cycle > after) return &line;
  }
  return nullptr;
}

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

static void printMemory(const char *name, const Board &board) {
  std::printf("  %s: %u bytes of variables + %u of stack\n", name, board.staticBytes(),
              board.stackBytes());
}

/// The landing-gear panel on an Uno.
static void testLandingGear(const Paths &paths) {
  World world(paths);
  Socket socket;
  Board board(paths.firmware + "/LandingGear.atmega328p.elf", "atmega328p");
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

  // The server is replaced, and the board, which was not reset, tells the new one everything.
  world.stopServer();
  runConnected(board, socket, world.port, 300);
  world.tell("arg 140 1");
  uint64_t replaced = board.cycle();
  world.startServer();
  runUntil(board, socket, world.port, "the value of the new server",
           [&] { return changeOf(board, 10, replaced) != nullptr; });
  move(board, socket, world, 2, true, "1 LANDING_GEAR_LEVER =#1", "6 3044 1");

  // The same for the sim's aircraft.
  world.tell("aircraft none");
  runConnected(board, socket, world.port, 500);
  world.tell("arg 140 0");
  world.tell("aircraft Kestrel_T1");
  runUntil(board, socket, world.port, "the next flight", [&] { return !board.isHigh(10); });
  printMemory("LandingGear", board);
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
static void testNeedle(const Paths &paths) {
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

/// A server for the load tests, which knows the board's subscriptions and nothing else.
struct LoadServer {
  std::map<std::string, std::string> ids;
  size_t seen = 0;
  unsigned sent = 0;

  void listen(const Board &board) {
    for (; seen < board.lines.size(); seen++) {
      std::istringstream fields(board.lines[seen].text);
      std::string command, name, element, id;
      fields >> command >> name;
      if (command == "3") fields >> element;
      fields >> id;
      if (command == "2" || command == "3") ids[command + name + element] = command + " " + id;
    }
  }

  /// Returns the next value: each output in turn, never the same value twice.
  std::string next() {
    auto item = ids.begin();
    std::advance(item, sent % ids.size());
    unsigned value = sent++ * 7919 % 100000;
    char text[64];
    if (item->second[0] == '3') {
      std::snprintf(text, sizeof(text), "%s %03u.%03u\n", item->second.c_str(), value % 1000,
                    sent % 1000);
    } else {
      std::snprintf(text, sizeof(text), "%s 0.%05u %u.%u\n", item->second.c_str(), value,
                    value / 10, value % 10);
    }
    return text;
  }
};

/// How the values come in.
struct Load {
  const char *name;
  unsigned valuesPerBurst;
  unsigned millisecondsPerBurst;
};

/// Twenty inputs and twenty outputs on an Uno: no byte is lost, and half of the memory stays free.
static void testLoad(const Paths &paths, long baud, const Load &load) {
  Board board(paths.firmware + "/Twenty" + std::to_string(baud) + ".atmega328p.elf", "atmega328p",
              baud);
  LoadServer server;
  board.run(100000);
  board.send("0 Kestrel_T1\n");
  board.run(400000);
  server.listen(board);
  CHECK(server.ids.size() == 20);
  unsigned moves = 0;
  uint64_t worst = 0;
  uint32_t passes = board.variable("passes");
  for (unsigned ms = 0; ms < SECONDS * 1000; ms++) {
    if (ms % load.millisecondsPerBurst == 0 && board.waiting() < 600) {
      for (unsigned i = 0; i < load.valuesPerBurst; i++) board.send(server.next());
    }
    if (ms % 50 == 0) {
      bool close = moves++ % 2 == 0;
      uint64_t from = board.cycle();
      std::string line = std::string("1 BATTERY_SWITCH =#") + (close ? "1" : "0");
      close ? board.press(2) : board.release(2);
      board.run(1000);
      while (!lineOf(board, line, from)) {
        board.run(1000);
        ms++;
        CHECK(board.cycle() - from < 40 * CYCLES_PER_MS);
      }
      worst = std::max(worst, lineOf(board, line, from)->cycle - from);
    }
    board.run(1000);
  }
  while (board.waiting() > 0) board.run(1000);
  board.run(50000);
  unsigned memory = board.staticBytes() + board.stackBytes();
  std::printf(
      "  %ld baud, %s: %llu bytes in, %u read; %u values; at most %u bytes in the port; %u moves, "
      "the slowest in %.1f ms; %u passes a second; %u + %u = %u bytes of RAM\n",
      baud, load.name, static_cast<unsigned long long>(board.bytesSent()),
      board.variable("bytesRead"), server.sent, board.deepestBacklog(), moves, milliseconds(worst),
      (board.variable("passes") - passes) / SECONDS, board.staticBytes(), board.stackBytes(), memory);
  CHECK(board.bytesSent() == board.variable("bytesRead"));
  CHECK(board.variable("badLines") == 0);
  CHECK(memory <= HALF_OF_AN_UNO);
}

static void testLoads(const Paths &paths) {
  for (long baud : {115200L, 250000L}) {
    for (const Load &load : {Load{"60 values a second", 3, 50}, Load{"20 values at once", 20, 100},
                             Load{"all that the line takes", 20, 10}}) {
      testLoad(paths, baud, load);
    }
  }
}

/// The ESP32 example as a program of this computer, which finds the server by (a stand-in for)
/// mDNS.
static void testEsp32(const Paths &paths) {
  World world(paths);
  Process esp32({paths.firmware + "/Esp32.host"},
                {"DCS_MASTER=127.0.0.1:" + std::to_string(world.port)});
  auto acts = [&](const std::string &input, const std::string &action) {
    size_t from = world.sim->lineCount();
    esp32.say(input);
    waitFor(action, [&] { return world.sim->hasSaid("action " + action + " ", from); });
  };
  auto shows = [&](const std::string &told, const std::string &shown) {
    size_t from = esp32.lineCount();
    world.tell(told);
    waitFor(shown, [&] { return esp32.hasSaid(shown, from); });
  };
  shows("arg 170 1", "pin 2 1");
  acts("press 18", "1 3001 1");
  acts("press 19", "12 3001 1");
  acts("release 19", "12 3001 0");
  acts("read 34 4095", "7 3003 1");
  shows("arg 120 0.45", "60 %");
  shows("show 2 txt_CHANNEL 17", "17");
  world.stopServer();
  world.startServer();
  shows("arg 170 0", "pin 2 0");
  acts("release 18", "1 3001 0");
}

int main(int count, char **arguments) {
  if (count != 5) {
    std::fprintf(stderr, "usage: %s REPOSITORY DCS-MASTER FIRMWARE-FOLDER WORK-FOLDER\n",
                 arguments[0]);
    return 2;
  }
  Paths paths{arguments[1], arguments[2], arguments[3], arguments[4]};
  const std::pair<const char *, void (*)(const Paths &)> tests[] = {
      {"twenty inputs and twenty outputs", testLoads},
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
