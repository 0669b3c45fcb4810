// Turns the bytes of the server into events. Knows the protocol, and neither pins nor time.
#pragma once

#include <Arduino.h>

/// A number as it is read digit by digit: 89.1 is 891 with one decimal.
class DcsNumber {
 public:
  void clear() { *this = DcsNumber(); }

  /// Takes the next character; one that fits no number makes it invalid.
  void feed(char c);

  bool valid() const { return digits_ > 0 && digits_ <= 9; }
  long value() const { return negative_ ? -magnitude_ : magnitude_; }
  uint8_t decimals() const { return decimals_; }

 private:
  static constexpr uint8_t INVALID = 255;

  long magnitude_ = 0;
  uint8_t digits_ = 0;
  uint8_t decimals_ = 0;
  bool negative_ = false;
  bool point_ = false;
};

/// Reads the server's lines byte by byte. A text is passed on as it comes, so no line is stored.
class DcsParser {
 public:
  enum class Event : uint8_t {
    None,
    AircraftStart,
    AircraftByte,
    AircraftEnd,
    Gauge,
    TextStart,
    TextByte,
    TextEnd,
    ErrorStart,
    ErrorByte,
    ErrorEnd,
    BadLine,
  };

  /// Takes the next byte. With a `…Byte` event that byte belongs to the text; with `Gauge`, `id`,
  /// `raw` and `value` can be read until the next byte.
  Event feed(char c);

  /// Forgets a half line.
  void restart() { state_ = State::LineStart; }

  uint8_t id() const { return id_; }
  /// The raw value in hundred-thousandths: the server always writes five decimals.
  long raw() const { return raw_; }
  const DcsNumber &value() const { return number_; }

 private:
  enum class State : uint8_t {
    LineStart,
    Command,
    Aircraft,
    GaugeId,
    GaugeRaw,
    GaugeValue,
    TextId,
    Text,
    Error,
    Bad,
  };

  static constexpr uint8_t RAW_DECIMALS = 5;

  void begin(State state);
  Event endField();
  Event endCommand();
  Event endRaw();
  Event endId(State next, Event event);
  Event endLine();

  State state_ = State::LineStart;
  uint8_t id_ = 0;
  long raw_ = 0;
  DcsNumber number_;
};
