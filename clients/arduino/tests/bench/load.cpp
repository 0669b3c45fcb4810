// Twenty inputs and twenty outputs on an emulated Uno, with a server that is part of the test.
#include <algorithm>
#include <cstdio>
#include <map>
#include <sstream>

#include "checks.h"

/// The duration of a load.
static const unsigned SECONDS = 6;
static const unsigned HALF_OF_AN_UNO = 1024;
static const unsigned HELD_BY_A_REAL_PORT = 2;
/// The bound for a panel of this size whose line is full both ways.
static const uint64_t SLOWEST_MOVE = 40 * CYCLES_PER_MS;

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

/// The bursts in which values come in. A mission that starts makes the board send all of its
/// subscriptions and positions while the values come in.
struct Load {
  const char *name;
  unsigned valuesPerBurst;
  unsigned millisecondsPerBurst;
  bool missionStarts;
};

/// A move of the switch at pin 2, and the line that it must cause.
struct Move {
  uint64_t cycle;
  std::string line;
};

static Move moveSwitch(Board &board, bool close) {
  close ? board.press(2) : board.release(2);
  return {board.cycle(), std::string("1 BATTERY_SWITCH =#") + (close ? "1" : "0")};
}

/// Sends values and moves a switch; returns the moves.
static std::vector<Move> runLoad(Board &board, LoadServer &server, const Load &load) {
  std::vector<Move> moves;
  for (unsigned ms = 0; ms < SECONDS * 1000; ms++) {
    if (ms % load.millisecondsPerBurst == 0 && board.waiting() < 600) {
      if (load.missionStarts) board.send("0 Kestrel_T1\n");
      for (unsigned i = 0; i < load.valuesPerBurst; i++) board.send(server.next());
    }
    if (ms % 50 == 0) moves.push_back(moveSwitch(board, moves.size() % 2 == 0));
    board.run(1000);
  }
  while (board.waiting() > 0) board.run(1000);
  board.run(50000);
  return moves;
}

/// Returns the cycles that the slowest move took; fails if one was not sent.
static uint64_t slowest(const Board &board, const std::vector<Move> &moves) {
  uint64_t slowest = 0;
  for (const Move &move : moves) {
    const SentLine *line = lineOf(board, move.line, move.cycle);
    CHECK(line != nullptr);
    slowest = std::max(slowest, line->cycle - move.cycle);
  }
  return slowest;
}

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
  uint32_t before = board.variable("passes");
  std::vector<Move> moves = runLoad(board, server, load);
  unsigned passes = (board.variable("passes") - before) / SECONDS;
  unsigned memory = board.staticBytes() + board.stackBytes();
  std::printf("  %ld baud, %s: %u values, %u bytes read of %llu, at most %u waited in the port\n",
              baud, load.name, server.sent, board.variable("bytesRead"),
              static_cast<unsigned long long>(board.bytesSent()), board.deepestBacklog());
  std::printf("    %zu moves, the slowest in %.1f ms; %u passes a second; RAM %u + %u = %u bytes\n",
              moves.size(), milliseconds(slowest(board, moves)), passes, board.staticBytes(),
              board.stackBytes(), memory);
  CHECK(board.bytesSent() == board.variable("bytesRead"));
  CHECK(board.variable("badLines") == 0);
  CHECK(board.deepestBacklog() <= HELD_BY_A_REAL_PORT);
  CHECK(slowest(board, moves) < SLOWEST_MOVE);
  CHECK(memory <= HALF_OF_AN_UNO);
}

/// The args of the outputs of the sketch.
static const int ARGS[] = {101, 103, 111, 120, 121, 130, 140, 141, 142,
                           143, 160, 161, 162, 163, 164, 170, 171, 181};

/// The same panel on a serial port of the real server. All gauges change in every frame, and each
/// move of a switch reaches the sim.
static void testSerialLoad(const Paths &paths, long baud) {
  Panel panel(paths.firmware + "/Twenty" + std::to_string(baud) + ".atmega328p.elf", "atmega328p",
              baud);
  Board &board = *panel.board;
  // The sketch opens its port; the bytes before that are lost, as on a real board.
  panel.run(100);
  World world(paths, panel.cable.port() + ",baud=" + std::to_string(baud));
  for (int arg : ARGS) world.tell("move " + std::to_string(arg) + " sine 1 0 1");
  panel.runUntil("values", [&] { return board.variable("valuesShown") > 20; });
  uint64_t sent = board.bytesSent();
  uint32_t shown = board.variable("valuesShown");
  for (unsigned i = 0; i < 4 * SECONDS; i++) {
    bool close = i % 2 == 0;
    size_t printed = world.sim->lineCount();
    moveSwitch(board, close);
    panel.run(250);
    std::string action = std::string("action 1 3001 ") + (close ? "1 " : "0 ");
    panel.runUntil(action, [&] { return world.sim->hasSaid(action, printed); });
  }
  std::printf("  %ld baud, --serial: %llu bytes, %u values shown, at most %u waited in the port\n",
              baud, static_cast<unsigned long long>(board.bytesSent() - sent),
              board.variable("valuesShown") - shown, board.deepestBacklog());
  for (int arg : ARGS) world.tell("arg " + std::to_string(arg) + " 0");
  world.tell("arg 170 1");
  panel.runUntil("the newest value", [&] { return board.isHigh(13); });
  panel.runUntil("the end of the bytes",
                 [&] { return board.bytesSent() == board.variable("bytesRead"); });
  CHECK(board.variable("badLines") == 0);
  CHECK(board.deepestBacklog() <= HELD_BY_A_REAL_PORT);
}

void testSerialLoads(const Paths &paths) {
  for (long baud : {115200L, 250000L}) testSerialLoad(paths, baud);
}

void testLoads(const Paths &paths) {
  const Load loads[] = {{"60 values a second", 3, 50, false},
                        {"20 values at once", 20, 100, false},
                        {"a full line", 20, 10, false},
                        {"20 values at a start", 20, 500, true}};
  for (long baud : {115200L, 250000L}) {
    for (const Load &load : loads) testLoad(paths, baud, load);
  }
}
