#include "Display.h"

#include "Subscription.h"

const DcsKind DcsDisplay::KIND PROGMEM = dcsTextKind<DcsDisplay>();
DcsDisplay *DcsDisplay::writer = nullptr;

void DcsDisplay::run(DcsTime) {
  if (!has(NEW) || (writer && writer != this)) return;
  Spec spec = this->spec<Spec>();
  if (!writer) {
    writer = this;
    written_ = 0;
    spec.setCursor(spec.column, spec.row);
    return;
  }
  spec.write(written_ < length_ ? spec.buffer[written_] : ' ');
  if (++written_ < spec.width) return;
  writer = nullptr;
  drop(NEW);
}

void DcsDisplay::compose(DcsLine &line, uint8_t id) {
  drop(ANNOUNCE);
  Spec spec = this->spec<Spec>();
  dcsSubscribeText(line, spec.indicator, spec.base.name, id);
}

// A text that comes in while the previous one is being written restarts the writing.
void DcsDisplay::put(DcsPiece piece, char c) {
  if (piece == DcsPiece::Start) {
    length_ = 0;
    drop(NEW);
    if (writer == this) writer = nullptr;
  } else if (piece == DcsPiece::End) {
    set(NEW);
  } else if (length_ < spec<Spec>().width) {
    spec<Spec>().buffer[length_++] = c;
  }
}
