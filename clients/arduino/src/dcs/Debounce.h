// A value that counts once it has been the same for a while.
#pragma once

#include "Item.h"

/// Contacts bounce for some milliseconds. A new reading counts when it has lasted `STABLE_MS`.
class DcsDebounce {
 public:
  static constexpr uint8_t STABLE_MS = 8;
  static constexpr uint8_t UNKNOWN = 255;

  /// Takes a reading. Returns true if it has changed the value.
  bool feed(uint8_t reading, DcsTime now);

  uint8_t value() const { return value_; }

 private:
  uint8_t value_ = UNKNOWN;
  uint8_t candidate_ = UNKNOWN;
  uint8_t since_ = 0;
};
