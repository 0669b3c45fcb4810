#include "Cockpit.h"

#include "Text.h"

static const char NO_AIRCRAFT[] PROGMEM = "no aircraft";

void DcsMaster::add(DcsItem &item) {
  DcsItem **end = &first_;
  while (*end) end = &(*end)->next_;
  *end = &item;
}

void DcsMaster::begin() {
  for (DcsItem *item = first_; item; item = item->next_) item->function (&DcsKind::begin)(*item);
}

void DcsMaster::update() {
  isOpen_ = open();
  watchClock();
  // A serial port keeps 64 bytes, which fill up in 2.5 ms at 250000 baud. An item may take that
  // long and a line one millisecond, so the port is emptied after each.
  pending_ = 0;
  for (DcsItem *item = first_; item; item = item->next_) {
    item->function (&DcsKind::run)(*item, now_);
    pending_ |= item->flags_;
    receive();
  }
  receive();
  for (uint8_t left = LINES_AT_ONCE; left > 0 && sendLine(); left--) receive();
}

bool DcsMaster::open() {
  if (!client_) return true;
  bool isOpen = client_->connected();
  if (isOpen != isOpen_) restart();
  return isOpen;
}

void DcsMaster::restart() {
  parser_.restart();
  line_.clear();
  link_ = Link::Silent;
  askDue_ = true;
}

void DcsMaster::watchClock() {
  now_ = static_cast<DcsTime>(millis());
  if (static_cast<DcsTime>(now_ - asked_) >= ASK_MS) askDue_ = true;
  if (static_cast<DcsTime>(now_ - asked_) >= ANSWER_MS) awaitsAnswer_ = false;
  if (static_cast<DcsTime>(now_ - heard_) >= SILENCE_MS) {
    heard_ = now_;
    link_ = Link::Silent;
  }
  if (static_cast<DcsTime>(now_ - repeatedAt_) >= REPEAT_MS) repeatNext();
}

void DcsMaster::repeatNext() {
  repeatedAt_ = now_;
  repeated_ = after(repeated_);
  if (repeated_ && link_ == Link::Flying) repeated_->set(DcsItem::ANNOUNCE);
}

// Inside the loop of update, it would make passes without bytes a fifth slower.
__attribute__((noinline)) void DcsMaster::readBytes() {
  for (uint8_t left = BYTES_AT_ONCE; left > 0 && stream_.available() > 0; left--) {
    char c = static_cast<char>(stream_.read());
    handle(parser_.feed(c), c);
  }
}

void DcsMaster::handle(DcsParser::Event event, char c) {
  typedef DcsParser::Event Event;
  switch (event) {
    case Event::None: break;
    case Event::AircraftStart:
      length_ = 0;
      matches_ = true;
      break;
    case Event::AircraftByte: aircraftByte(c); break;
    case Event::AircraftEnd: aircraftEnd(); break;
    case Event::Gauge: gauge(); break;
    case Event::TextStart: textPiece(DcsPiece::Start, c); break;
    case Event::TextByte: textPiece(DcsPiece::Byte, c); break;
    case Event::TextEnd: textPiece(DcsPiece::End, c); break;
    case Event::ErrorStart: errorPiece(DcsPiece::Start, c); break;
    case Event::ErrorByte: errorPiece(DcsPiece::Byte, c); break;
    case Event::ErrorEnd: errorPiece(DcsPiece::End, c); break;
    case Event::BadLine: badLines_++; break;
  }
}

void DcsMaster::aircraftByte(char c) {
  if (length_ >= sizeof(aircraft_) - 1) return;
  if (aircraft_[length_] != c) matches_ = false;
  aircraft_[length_++] = c;
}

// An answer to our own question is no news, unless it names another aircraft.
void DcsMaster::aircraftEnd() {
  bool same = matches_ && aircraft_[length_] == '\0';
  aircraft_[length_] = '\0';
  bool flying = link_ == Link::Flying;
  link_ = Link::Flying;
  heard_ = now_;
  if (!flying || !same || !awaitsAnswer_) announce();
  if (flying) awaitsAnswer_ = false;
}

void DcsMaster::announce() {
  for (DcsItem *item = first_; item; item = item->next_) item->set(DcsItem::ANNOUNCE);
}

void DcsMaster::errorPiece(DcsPiece piece, char c) {
  switch (piece) {
    case DcsPiece::Start:
      length_ = 0;
      matches_ = true;
      break;
    case DcsPiece::Byte:
      if (length_ >= sizeof(NO_AIRCRAFT) - 1) break;
      if (pgm_read_byte(NO_AIRCRAFT + length_++) != static_cast<uint8_t>(c)) matches_ = false;
      break;
    case DcsPiece::End: errorEnd(); break;
  }
  if (errors_) errors_->put(piece, c);
}

void DcsMaster::errorEnd() {
  heard_ = now_;
  if (matches_ && length_ == sizeof(NO_AIRCRAFT) - 1) {
    link_ = Link::Waiting;
    awaitsAnswer_ = false;
  } else {
    refusals_++;
  }
}

void DcsMaster::gauge() {
  heard_ = now_;
  DcsItem *target = item(parser_.id());
  auto take = target ? target->function(&DcsKind::take) : nullptr;
  const DcsNumber &value = parser_.value();
  if (take) take(*target, {parser_.raw(), value.value(), value.decimals()});
}

void DcsMaster::textPiece(DcsPiece piece, char c) {
  heard_ = now_;
  DcsItem *target = item(parser_.id());
  auto put = target ? target->function(&DcsKind::put) : nullptr;
  if (put) put(*target, piece, c);
}

DcsItem *DcsMaster::item(uint8_t id) const {
  DcsItem *item = first_;
  while (item && id-- > 0) item = item->next_;
  return item;
}

uint8_t DcsMaster::idOf(const DcsItem &item) const {
  uint8_t id = 0;
  for (DcsItem *before = first_; before != &item; before = before->next_) id++;
  return id;
}

/// Sends a line, or what fits of it. Returns true when it has been sent whole.
bool DcsMaster::sendLine() { return (!line_.empty() || nextLine()) && writeLine(); }

bool DcsMaster::nextLine() {
  if (askDue_ && isOpen_) {
    line_.beginQuestion();
    askDue_ = false;
    awaitsAnswer_ = true;
    asked_ = now_;
    return true;
  }
  bool composed = composeNext(DcsItem::URGENT);
  // An action of the user while nobody listens must not take effect later.
  if (composed && link_ == Link::Silent) line_.clear();
  return composed || (link_ == Link::Flying && composeNext(DcsItem::ANNOUNCE));
}

// The items take turns, so that one that is always busy does not hold up the others.
bool DcsMaster::composeNext(uint8_t flag) {
  if (!(pending_ & flag)) return false;
  DcsItem *last = served_ ? served_ : first_;
  DcsItem *item = last;
  do {
    item = after(item);
    if (!item || !item->has(flag)) continue;
    item->function (&DcsKind::compose)(*item, line_, idOf(*item));
    if (line_.empty()) continue;
    served_ = item;
    return true;
  } while (item != last);
  return false;
}

/// Sends as much of the line as fits. Returns true when all of it has been sent.
bool DcsMaster::writeLine() {
  uint8_t chunk[CHUNK];
  while (!line_.empty()) {
    uint8_t count = line_.peek(chunk, writableBytes());
    uint8_t sent = count ? static_cast<uint8_t>(stream_.write(chunk, count)) : 0;
    line_.advance(sent);
    if (sent == 0) return false;
  }
  return true;
}

/// Returns the number of bytes that can be sent without waiting. Not every stream tells it: one
/// that never does gets single bytes, and a network connection gets whole chunks.
uint8_t DcsMaster::writableBytes() {
  if (client_) return CHUNK;
  int free = stream_.availableForWrite();
  if (free > 0) roomKnown_ = true;
  if (free >= CHUNK) return CHUNK;
  return free > 0 ? static_cast<uint8_t>(free) : roomKnown_ ? 0 : 1;
}
