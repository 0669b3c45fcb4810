#include "Text.h"

#include "Cockpit.h"
#include "Subscription.h"

const DcsKind DcsText::KIND PROGMEM = dcsTextKind<DcsText>();

DcsErrors::DcsErrors(DcsMaster &cockpit, const Spec &flashSpec) : DcsText(cockpit, flashSpec) {
  cockpit.report(*this);
}

void DcsText::run(DcsTime) {
  if (!has(NEW)) return;
  drop(NEW);
  Spec spec = this->spec<Spec>();
  spec.callback(spec.buffer);
}

void DcsText::compose(DcsLine &line, uint8_t id) {
  drop(ANNOUNCE);
  Spec spec = this->spec<Spec>();
  if (spec.indicator == NO_INDICATOR) return;
  dcsSubscribeText(line, spec.indicator, spec.base.name, id);
}

// The lines of a text are joined by the two characters \n, which become one here.
void DcsText::put(DcsPiece piece, char c) {
  Spec spec = this->spec<Spec>();
  if (piece == DcsPiece::Start) {
    length_ = 0;
    drop(NEW);
  } else if (piece == DcsPiece::End) {
    spec.buffer[length_] = '\0';
    set(NEW);
  } else if (c == 'n' && length_ > 0 && spec.buffer[length_ - 1] == '\\') {
    spec.buffer[length_ - 1] = '\n';
  } else if (length_ < spec.size - 1) {
    spec.buffer[length_++] = c;
  }
}
