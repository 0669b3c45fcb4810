// The interface of the library Servo, which Debian's core lacks: enough to compile the example.
#pragma once

#include <Arduino.h>

class Servo {
 public:
  uint8_t attach(int pin) {
    pinMode(static_cast<uint8_t>(pin), OUTPUT);
    return 0;
  }
  void writeMicroseconds(int microseconds) { micros_ = microseconds; }

 private:
  volatile int micros_ = 0;
};
