// The interface of the library LiquidCrystal, which Debian's core lacks: enough to compile the
// example.
#pragma once

#include <Arduino.h>

class LiquidCrystal : public Print {
 public:
  LiquidCrystal(uint8_t, uint8_t, uint8_t, uint8_t, uint8_t, uint8_t) {}
  void begin(uint8_t, uint8_t) {}
  void setCursor(uint8_t column, uint8_t row) { cursor_ = static_cast<uint8_t>(column + 40 * row); }
  using Print::write;
  size_t write(uint8_t c) override {
    last_ = c;
    return 1;
  }

 private:
  volatile uint8_t cursor_ = 0;
  volatile uint8_t last_ = 0;
};
