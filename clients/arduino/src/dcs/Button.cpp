#include "Button.h"

const DcsKind DcsButton::KIND PROGMEM = dcsInputKind<DcsButton>();
const DcsKind DcsAction::KIND PROGMEM = dcsInputKind<DcsAction>();
const DcsKind DcsRocker::KIND PROGMEM = dcsInputKind<DcsRocker>();

static const char TEXT_PRESS[] PROGMEM = " PRESS";
static const char TEXT_RELEASE[] PROGMEM = " RELEASE";

/// Returns true when a contact has just been closed or opened. The first reading is no change.
static bool hasChanged(DcsDebounce &contact, uint8_t reading, DcsTime now) {
  bool isFirst = contact.value() == DcsDebounce::UNKNOWN;
  return contact.feed(reading, now) && !isFirst;
}

void DcsButton::begin() { DcsPin(spec<Spec>().pin).beginInput(); }

void DcsButton::run(DcsTime now) {
  bool closed = DcsPin(spec<Spec>().pin).closed();
  if (hasChanged(closed_, closed, now)) set(URGENT | (closed ? PRESS : RELEASE));
}

// If a press and a release are both waiting, both are sent, in the order in which they came.
void DcsButton::compose(DcsLine &line) {
  drop(ANNOUNCE);
  if (!has(PRESS | RELEASE)) return;
  bool both = has(PRESS) && has(RELEASE);
  bool press = both ? closed_.value() == 0 : has(PRESS);
  line.begin('1', name());
  line.addFlash(press ? TEXT_PRESS : TEXT_RELEASE);
  drop(press ? PRESS : RELEASE);
  if (!both) drop(URGENT);
}

void DcsAction::begin() { DcsPin(spec<Spec>().pin).beginInput(); }

void DcsAction::run(DcsTime now) {
  bool closed = DcsPin(spec<Spec>().pin).closed();
  if (hasChanged(closed_, closed, now) && closed) set(URGENT);
}

void DcsAction::compose(DcsLine &line) {
  bool due = has(URGENT);
  drop(URGENT | ANNOUNCE);
  if (!due) return;
  line.begin('1', name());
  line.add(' ');
  line.addFlash(spec<Spec>().position);
}

void DcsRocker::begin() {
  DcsPin(spec<Spec>().first).beginInput();
  DcsPin(spec<Spec>().second).beginInput();
}

void DcsRocker::run(DcsTime now) {
  Spec spec = this->spec<Spec>();
  uint8_t reading = DcsPin(spec.first).closed() ? 0 : DcsPin(spec.second).closed() ? 2 : MIDDLE;
  if (hasChanged(position_, reading, now)) set(URGENT);
}

void DcsRocker::compose(DcsLine &line) {
  bool due = has(URGENT);
  drop(URGENT | ANNOUNCE);
  if (!due) return;
  line.begin('1', name());
  if (position_.value() == MIDDLE) {
    line.addFlash(TEXT_RELEASE);
    return;
  }
  line.add(' ');
  line.add('#');
  line.addNumber(position_.value());
}
