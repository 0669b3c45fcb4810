#include "Parser.h"

void DcsNumber::feed(char c) {
  if (c >= '0' && c <= '9') {
    if (digits_ >= 9) {
      digits_ = INVALID;
      return;
    }
    magnitude_ = magnitude_ * 10 + (c - '0');
    digits_++;
    if (point_) decimals_++;
  } else if (c == '-' && digits_ == 0 && !negative_) {
    negative_ = true;
  } else if (c == '.' && digits_ > 0 && !point_) {
    point_ = true;
  } else {
    digits_ = INVALID;
  }
}

DcsParser::Event DcsParser::feed(char c) {
  if (c == '\r') return Event::None;
  if (c == '\n') return endLine();
  if (state_ == State::LineStart) begin(State::Command);
  switch (state_) {
    case State::Aircraft: return Event::AircraftByte;
    case State::Text: return Event::TextByte;
    case State::Error: return Event::ErrorByte;
    case State::Bad: return Event::None;
    default: break;
  }
  if (c == ' ') return endField();
  number_.feed(c);
  return Event::None;
}

void DcsParser::begin(State state) {
  state_ = state;
  number_.clear();
}

DcsParser::Event DcsParser::endField() {
  switch (state_) {
    case State::Command: return endCommand();
    case State::GaugeId: return endId(State::GaugeRaw, Event::None);
    case State::TextId: return endId(State::Text, Event::TextStart);
    case State::GaugeRaw: return endRaw();
    default: begin(State::Bad); return Event::None;
  }
}

DcsParser::Event DcsParser::endCommand() {
  bool whole = number_.valid() && number_.decimals() == 0;
  switch (whole ? number_.value() : -2) {
    case 0: begin(State::Aircraft); return Event::AircraftStart;
    case 2: begin(State::GaugeId); return Event::None;
    case 3: begin(State::TextId); return Event::None;
    case -1: begin(State::Error); return Event::ErrorStart;
    default: begin(State::Bad); return Event::None;
  }
}

DcsParser::Event DcsParser::endId(State next, Event event) {
  long id = number_.value();
  if (!number_.valid() || number_.decimals() > 0 || id < 0 || id > 255) {
    begin(State::Bad);
    return Event::None;
  }
  id_ = static_cast<uint8_t>(id);
  begin(next);
  return event;
}

DcsParser::Event DcsParser::endRaw() {
  bool good = number_.valid() && number_.decimals() == RAW_DECIMALS;
  raw_ = number_.value();
  begin(good ? State::GaugeValue : State::Bad);
  return Event::None;
}

DcsParser::Event DcsParser::endLine() {
  State ended = state_;
  restart();
  switch (ended) {
    case State::LineStart: return Event::None;
    case State::Aircraft: return Event::AircraftEnd;
    case State::Text: return Event::TextEnd;
    case State::Error: return Event::ErrorEnd;
    case State::GaugeValue: return number_.valid() ? Event::Gauge : Event::BadLine;
    default: return Event::BadLine;
  }
}
