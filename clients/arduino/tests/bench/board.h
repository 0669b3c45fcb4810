// An emulated Arduino board: a sketch runs on it, pins are pressed and read, bytes come and go at
// the speed of its serial port. All times are counted in cycles of its processor.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

struct avr_t;
struct avr_irq_t;

/// An output that has changed.
struct PinChange {
  int pin;
  bool high;
  uint64_t cycle;
  /// When the first byte of the newest line began to come in.
  uint64_t lineStart;
};

/// A line that the board has sent, without its end.
struct SentLine {
  std::string text;
  /// When its last byte was handed to the serial port.
  uint64_t cycle;
};

class Board {
 public:
  static constexpr uint64_t HZ = 16000000;

  /// Loads a sketch that has been compiled for `mcu`, `atmega328p` or `atmega2560`.
  Board(const std::string &elf, const std::string &mcu, long baud = 115200);
  ~Board();
  Board(const Board &) = delete;
  Board &operator=(const Board &) = delete;

  /// Runs for this many microseconds of the board's time.
  void run(uint64_t micros);
  uint64_t cycle() const;

  /// Connects a pin to ground, or lets it go.
  void press(int pin);
  void release(int pin);
  bool isHigh(int pin) const { return pins_[static_cast<size_t>(pin)].high; }
  void setVoltage(int channel, unsigned millivolts);

  /// Sends bytes to the board, one after the other at the speed of the line.
  void send(const std::string &bytes);
  size_t waiting() const { return incoming_.size(); }
  uint64_t bytesSent() const { return bytesSent_; }

  /// Takes what the board has sent, as bytes.
  std::string takeBytes();

  std::vector<PinChange> changes;
  std::vector<SentLine> lines;

  /// Returns the most received bytes that have waited for the processor at a time. A real port
  /// holds two.
  unsigned deepestBacklog() const { return deepestBacklog_; }

  /// Returns the bytes of the variables, and the most bytes that the stack has needed.
  unsigned staticBytes() const { return staticBytes_; }
  unsigned stackBytes() const;

  /// Reads a variable of four bytes.
  uint32_t variable(const std::string &name) const;

 private:
  struct Pin {
    Board *board;
    int number;
    char port;
    int bit;
    bool high;
  };

  void connectPins();
  void connectUart();
  void paintStack();
  void hold(const Pin &pin, bool low);
  static void pinChanged(avr_irq_t *irq, uint32_t value, void *pin);
  static void byteSent(avr_irq_t *irq, uint32_t value, void *board);
  static uint64_t feed(avr_t *avr, uint64_t when, void *board);
  uint64_t feedNext(uint64_t when);

  avr_t *avr_;
  struct Firmware;
  std::unique_ptr<Firmware> firmware_;
  std::vector<Pin> pins_;
  avr_irq_t *input_ = nullptr;
  /// The pins of each port that are connected to ground.
  uint8_t held_[26] = {};
  std::deque<uint8_t> incoming_;
  std::string outgoing_;
  std::string line_;
  uint64_t cyclesPerByte_;
  uint64_t lineStart_ = 0;
  uint64_t bytesSent_ = 0;
  bool feeding_ = false;
  bool lineEnded_ = true;
  unsigned deepestBacklog_ = 0;
  unsigned staticBytes_ = 0;
};
