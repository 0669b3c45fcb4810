// Shared by the unit tests: checks, a port whose two ends are queues, and a clock that is moved by
// hand.
#pragma once

#include <DcsMaster.h>

#include <deque>
#include <string>
#include <vector>

void checkEqual(const char *file, int line, const std::string &expected, const std::string &actual);
void checkEqual(const char *file, int line, long expected, long actual);

#define CHECK_EQUAL(expected, actual) checkEqual(__FILE__, __LINE__, expected, actual)
#define CHECK(condition) checkEqual(__FILE__, __LINE__, 1, (condition) ? 1 : 0)

/// A serial port: `in` is what the server has sent, `out` what the panel has.
class FakePort : public Stream {
 public:
  int available() override { return static_cast<int>(in.size()); }
  int read() override;
  int peek() override { return in.empty() ? -1 : static_cast<uint8_t>(in.front()); }
  int availableForWrite() override { return tellsRoom ? room : 0; }
  using Print::write;
  size_t write(uint8_t c) override;

  /// Lets the server send a line.
  void say(const std::string &line);
  /// Returns the whole lines that have been sent since the last call, without empty ones.
  std::vector<std::string> lines();
  /// The same, joined by `|`, without the question for the aircraft.
  std::string said();

  std::deque<char> in;
  std::string out;
  int room = 64;
  bool tellsRoom = true;
  bool takes = true;
};

/// Runs a panel for this many milliseconds.
void run(DcsMaster &cockpit, unsigned milliseconds);

/// A panel of its own for each test.
struct Panel {
  void run(unsigned milliseconds) { ::run(cockpit, milliseconds); }
  /// Begins in an aircraft, and forgets what the panel has announced.
  void enter();

  FakePort port;
  DcsMaster cockpit{port};
};

/// Registers a test.
struct Registration {
  Registration(const char *name, void (*run)());
};

/// Begins a test, which has the members of `Panel`.
#define TEST(name)                                                       \
  namespace {                                                            \
  struct name : Panel {                                                  \
    void test();                                                         \
  };                                                                     \
  }                                                                      \
  static Registration name##_registration(#name, [] { name().test(); }); \
  void name::test()

/// Closes a contact to ground, or opens it.
void press(int pin);
void release(int pin);
