#include "Potentiometer.h"

#if defined(ESP32)
static const long LARGEST_READING = 4095;
#else
static const long LARGEST_READING = 1023;
#endif

const DcsKind DcsPotentiometer::KIND PROGMEM = dcsInputKind<DcsPotentiometer>();

void DcsPotentiometer::run(DcsTime now) {
  uint8_t time = static_cast<uint8_t>(now);
  if (average_ != UNKNOWN && static_cast<uint8_t>(time - readAt_) < READ_MS) return;
  readAt_ = time;
  int reading =
      static_cast<int>(analogRead(spec<Spec>().pin) * long(FULL) * FINE / LARGEST_READING);
  average_ = average_ == UNKNOWN ? reading : average_ + (reading - average_) / 4;
  if (++readings_ < READINGS_PER_LINE) return;
  readings_ = 0;
  int change = position() - sent_;
  bool atEnd = position() == 0 || position() == FULL;
  if (abs(change) >= LEAST_CHANGE || (atEnd && change != 0)) set(URGENT);
}

int DcsPotentiometer::position() const {
  int position = (average_ + FINE / 2) / FINE;
  return position <= SNAP ? 0 : position >= FULL - SNAP ? FULL : position;
}

void DcsPotentiometer::compose(DcsLine &line) {
  drop(URGENT | ANNOUNCE);
  if (average_ == UNKNOWN) return;
  if (abs(position() - sent_) >= LEAST_CHANGE || position() == 0 || position() == FULL) {
    sent_ = position();
  }
  Spec spec = this->spec<Spec>();
  line.begin('1', name());
  line.add(' ');
  line.add('=');
  line.addThousandths(spec.low + (spec.high - spec.low) * sent_ / FULL);
}
