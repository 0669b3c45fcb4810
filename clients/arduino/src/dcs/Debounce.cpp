#include "Debounce.h"

bool DcsDebounce::feed(uint8_t reading, DcsTime now) {
  uint8_t time = static_cast<uint8_t>(now);
  if (reading != candidate_) {
    candidate_ = reading;
    since_ = time;
    return false;
  }
  if (reading == value_ || static_cast<uint8_t>(time - since_) < STABLE_MS) return false;
  value_ = reading;
  return true;
}
