#include "Lamp.h"

#include "Subscription.h"

const DcsKind DcsLed::KIND PROGMEM = dcsGaugeKind<DcsLed>();
const DcsKind DcsPwm::KIND PROGMEM = dcsGaugeKind<DcsPwm>();

void DcsLed::compose(DcsLine &line, uint8_t id) {
  drop(ANNOUNCE);
  dcsSubscribe(line, name(), id, 1, DCS_LAMP_RATE);
}

void DcsLed::take(const DcsUpdate &update) {
  Spec spec = this->spec<Spec>();
  DcsPin(spec.pin).write(update.raw >= spec.threshold);
}

void DcsPwm::compose(DcsLine &line, uint8_t id) {
  drop(ANNOUNCE);
  dcsSubscribe(line, name(), id, 2, DCS_LAMP_RATE);
}

void DcsPwm::take(const DcsUpdate &update) {
  DcsPin pin(spec<Spec>().pin);
  long raw = update.raw < 0 ? 0 : update.raw > 100000 ? 100000 : update.raw;
  int brightness = static_cast<int>(raw * 255 / 100000);
  analogWrite(pin.number(), pin.inverted() ? 255 - brightness : brightness);
}
