#include "harness.h"

#include <cstdio>

struct Entry {
  const char *name;
  void (*run)();
};

static std::vector<Entry> &entries() {
  static std::vector<Entry> all;
  return all;
}

static int failures = 0;

Registration::Registration(const char *name, void (*run)()) { entries().push_back({name, run}); }

void checkEqual(const char *file, int line, const std::string &expected,
                const std::string &actual) {
  if (expected == actual) return;
  failures++;
  std::printf("%s:%d: expected \"%s\", got \"%s\"\n", file, line, expected.c_str(), actual.c_str());
}

void checkEqual(const char *file, int line, long expected, long actual) {
  checkEqual(file, line, std::to_string(expected), std::to_string(actual));
}

int FakePort::read() {
  if (in.empty()) return -1;
  char c = in.front();
  in.pop_front();
  return static_cast<uint8_t>(c);
}

size_t FakePort::write(uint8_t c) {
  if (!takes) return 0;
  out += static_cast<char>(c);
  if (tellsRoom) room--;
  return 1;
}

void FakePort::say(const std::string &line) {
  in.insert(in.end(), line.begin(), line.end());
  in.push_back('\n');
}

std::vector<std::string> FakePort::lines() {
  std::vector<std::string> lines;
  size_t from = 0;
  for (size_t end; (end = out.find('\n', from)) != std::string::npos; from = end + 1) {
    if (end > from) lines.push_back(out.substr(from, end - from));
  }
  out.erase(0, from);
  return lines;
}

std::string FakePort::said() {
  std::string joined;
  for (const std::string &line : lines()) {
    if (line == "0") continue;
    joined += (joined.empty() ? "" : "|") + line;
  }
  return joined;
}

void run(DcsMaster &cockpit, unsigned milliseconds) {
  for (unsigned i = 0; i < milliseconds; i++) {
    host::advanceMicros(1000);
    cockpit.update();
  }
}

void Panel::enter() {
  cockpit.begin();
  run(20);
  port.say("0 Kestrel_T1");
  port.room = 10000;
  run(20);
  port.lines();
}

void press(int pin) { host::levels[pin] = LOW; }
void release(int pin) { host::levels[pin] = HIGH; }

int main() {
  for (const Entry &entry : entries()) {
    int before = failures;
    host::stopClock(1000);
    entry.run();
    if (failures > before) std::printf("FAILED %s\n", entry.name);
  }
  std::printf("%zu unit tests, %d failures\n", entries().size(), failures);
  return failures > 0;
}
