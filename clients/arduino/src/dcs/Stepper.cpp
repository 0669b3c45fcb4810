#include "Stepper.h"

#include "Subscription.h"

const DcsKind DcsStepper::KIND PROGMEM = dcsGaugeKind<DcsStepper>();

void DcsStepper::home(int steps) {
  position_ = steps;
  set(HOMING);
}

int DcsStepper::way(const Spec &spec) const {
  if (has(HOMING)) return -position_;
  int way = target_ - position_;
  if (spec.stepsPerTurn == 0) return way;
  way %= spec.stepsPerTurn;
  int half = spec.stepsPerTurn / 2;
  return way > half ? way - spec.stepsPerTurn : way < -half ? way + spec.stepsPerTurn : way;
}

void DcsStepper::run(DcsTime) {
  Spec spec = this->spec<Spec>();
  int way = this->way(spec);
  if (way == 0) {
    drop(HOMING);
    return;
  }
  uint16_t now = static_cast<uint16_t>(micros());
  if (static_cast<uint16_t>(now - steppedAt_) < spec.microsPerStep) return;
  steppedAt_ = now;
  int8_t direction = way > 0 ? 1 : -1;
  position_ += direction;
  if (spec.stepsPerTurn != 0 && !has(HOMING)) position_ %= spec.stepsPerTurn;
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
