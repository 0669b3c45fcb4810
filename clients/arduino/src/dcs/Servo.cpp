#include "Servo.h"

#include "Subscription.h"

const DcsKind DcsServo::KIND PROGMEM = dcsGaugeKind<DcsServo>();

void DcsServo::run(DcsTime) {
  if (!has(NEW)) return;
  drop(NEW);
  spec<Spec>().callback(position_);
}

void DcsServo::compose(DcsLine &line, uint8_t id) {
  drop(ANNOUNCE);
  Spec spec = this->spec<Spec>();
  dcsSubscribe(line, spec.base.name, id, spec.precision, DCS_NEEDLE_RATE);
}

void DcsServo::take(const DcsUpdate &update) {
  Spec spec = this->spec<Spec>();
  long span = spec.to - spec.from;
  long way = update.value - spec.from;
  if (span < 0) {
    span = -span;
    way = -way;
  }
  if (span == 0) return;
  way = way < 0 ? 0 : way > span ? span : way;
  int position = static_cast<int>(spec.first + way * (spec.last - spec.first) / span);
  if (has(KNOWN) && position == position_) return;
  position_ = position;
  set(NEW | KNOWN);
}
