#include "Stepper.h"

#include "Subscription.h"

const DcsKind DcsStepper::KIND PROGMEM = dcsGaugeKind<DcsStepper>();

void DcsStepper::home(int steps) {
  position_ = steps;
  set(HOMING);
}

void DcsStepper::run(DcsTime) {
  int target = has(HOMING) ? 0 : target_;
  if (position_ == target) {
    drop(HOMING);
    return;
  }
  Spec spec = this->spec<Spec>();
  uint16_t now = static_cast<uint16_t>(micros());
  if (static_cast<uint16_t>(now - steppedAt_) < spec.microsPerStep) return;
  steppedAt_ = now;
  int8_t direction = position_ < target ? 1 : -1;
  position_ += direction;
  spec.callback(direction);
}

void DcsStepper::compose(DcsLine &line, uint8_t id) {
  drop(ANNOUNCE);
  dcsSubscribe(line, name(), id, 0, DCS_NEEDLE_RATE);
}

void DcsStepper::take(const DcsUpdate &update) {
  const long most = 32767;
  long target = update.value;
  target_ = static_cast<int>(target > most ? most : target < -most ? -most : target);
}
