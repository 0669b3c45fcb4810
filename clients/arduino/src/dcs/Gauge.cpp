#include "Gauge.h"

#include "Subscription.h"

const DcsKind DcsGauge::KIND PROGMEM = dcsGaugeKind<DcsGauge>();

void DcsGauge::run(DcsTime) {
  if (!has(NEW)) return;
  drop(NEW);
  Callback callback = spec<Spec>().callback;
  if (callback) callback(value_);
}

void DcsGauge::compose(DcsLine &line, uint8_t id) {
  drop(ANNOUNCE);
  Spec spec = this->spec<Spec>();
  dcsSubscribe(line, spec.base.name, id, spec.decimals, spec.rate);
}

void DcsGauge::take(const DcsUpdate &update) {
  value_ = update.value;
  set(NEW);
}
