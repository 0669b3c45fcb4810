#include "Encoder.h"

const DcsKind DcsEncoder::KIND PROGMEM = dcsInputKind<DcsEncoder>();

static const char TEXT_INC[] PROGMEM = " INC";
static const char TEXT_DEC[] PROGMEM = " DEC";

/// The step from one reading of both contacts to the next, at index 4 * before + now. If both
/// contacts change at once, there is no step.
static const int8_t STEPS[] PROGMEM = {0, 1, -1, 0, -1, 0, 0, 1, 1, 0, 0, -1, 0, -1, 1, 0};

static uint8_t readContacts(const DcsEncoder::Spec &spec) {
  return static_cast<uint8_t>(DcsPin(spec.first).closed() * 2 + DcsPin(spec.second).closed());
}

void DcsEncoder::begin() {
  Spec spec = this->spec<Spec>();
  DcsPin(spec.first).beginInput();
  DcsPin(spec.second).beginInput();
  contacts_ = readContacts(spec);
}

void DcsEncoder::run(DcsTime) {
  Spec spec = this->spec<Spec>();
  uint8_t contacts = readContacts(spec);
  uint8_t change = static_cast<uint8_t>(contacts_ * 4 + contacts);
  contacts_ = contacts;
  edges_ += static_cast<int8_t>(pgm_read_byte(STEPS + change));
  // At rest both contacts are open. There a click counts even if one edge was lost, and half a
  // click does not count.
  bool atRest = contacts == 0 && spec.edgesPerClick == 4;
  int8_t enough = static_cast<int8_t>(atRest ? 3 : spec.edgesPerClick);
  if (edges_ >= enough) click(1);
  if (edges_ <= -enough) click(-1);
  if (atRest) edges_ = 0;
}

void DcsEncoder::click(int8_t direction) {
  edges_ = 0;
  set(URGENT);
  int8_t clicks = static_cast<int8_t>(clicks_ + direction);
  if (clicks <= MOST_CLICKS && clicks >= -MOST_CLICKS) clicks_ = clicks;
}

void DcsEncoder::compose(DcsLine &line) {
  drop(ANNOUNCE);
  if (clicks_ != 0) {
    line.begin('1', name());
    line.addFlash(clicks_ > 0 ? TEXT_INC : TEXT_DEC);
    clicks_ += clicks_ > 0 ? -1 : 1;
  }
  if (clicks_ == 0) drop(URGENT);
}
