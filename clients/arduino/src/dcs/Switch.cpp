#include "Switch.h"

const DcsKind DcsSwitch::KIND PROGMEM = dcsInputKind<DcsSwitch>();

static DcsPin pinAt(const uint8_t *pins, uint8_t index) {
  return DcsPin(pgm_read_byte(pins + index));
}

void DcsSwitch::begin() {
  Spec spec = this->spec<Spec>();
  for (uint8_t i = 0; i < spec.count; i++) pinAt(spec.pins, i).beginInput();
}

uint8_t DcsSwitch::read() const {
  Spec spec = this->spec<Spec>();
  uint8_t closed = 0;
  while (closed < spec.count && !pinAt(spec.pins, closed).closed()) closed++;
  if (spec.contacts == Contacts::OnePerPosition) {
    return closed < spec.count ? closed : position_.value();
  }
  if (spec.count == 1) return closed == 0 ? 1 : 0;
  return closed == 0 ? 0 : closed == 1 ? 2 : 1;
}

void DcsSwitch::run(DcsTime now) {
  if (position_.feed(read(), now)) set(URGENT);
}

void DcsSwitch::compose(DcsLine &line) {
  drop(URGENT | ANNOUNCE);
  if (position_.value() == DcsDebounce::UNKNOWN) return;
  line.begin('1', name());
  line.add(' ');
  line.add('=');
  line.add('#');
  line.addNumber(position_.value());
}
