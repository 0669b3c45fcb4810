#include "Line.h"

void DcsLine::clear() { start(nullptr); }

void DcsLine::start(const char *flashName) {
  name_ = flashName;
  nameLength_ = flashName ? static_cast<uint8_t>(strlen_P(flashName)) : 0;
  headLength_ = tailLength_ = position_ = total_ = 0;
}

void DcsLine::beginQuestion() {
  start(nullptr);
  head_[0] = '\n';
  head_[1] = '0';
  headLength_ = 2;
  total_ = 3;
}

void DcsLine::begin(char command, const char *flashName) {
  start(flashName);
  head_[0] = command;
  head_[1] = ' ';
  headLength_ = 2;
  total_ = headLength_ + nameLength_ + 1;
}

void DcsLine::beginText(uint8_t indicator, const char *flashName) {
  begin('3', flashName);
  addNumber(indicator);
  memcpy(head_ + 2, tail_, tailLength_);
  headLength_ += tailLength_;
  tailLength_ = 0;
  head_[headLength_++] = ' ';
  total_++;
}

void DcsLine::add(char c) {
  if (tailLength_ == sizeof(tail_)) return;
  tail_[tailLength_++] = c;
  total_++;
}

void DcsLine::addFlash(const char *flashText) {
  while (char c = static_cast<char>(pgm_read_byte(flashText++))) add(c);
}

void DcsLine::addNumber(long number) {
  if (number < 0) {
    add('-');
    number = -number;
  }
  char digits[10];
  uint8_t count = 0;
  do {
    digits[count++] = static_cast<char>('0' + number % 10);
    number /= 10;
  } while (number > 0 && count < sizeof(digits));
  while (count > 0) add(digits[--count]);
}

void DcsLine::addThousandths(long thousandths) {
  if (thousandths < 0) {
    add('-');
    thousandths = -thousandths;
  }
  addNumber(thousandths / 1000);
  int rest = static_cast<int>(thousandths % 1000);
  if (rest > 0) add('.');
  for (int unit = 100; rest > 0; unit /= 10) {
    add(static_cast<char>('0' + rest / unit));
    rest %= unit;
  }
}

char DcsLine::at(uint8_t index) const {
  if (index < headLength_) return head_[index];
  index -= headLength_;
  if (index < nameLength_) return static_cast<char>(pgm_read_byte(name_ + index));
  index -= nameLength_;
  return index < tailLength_ ? tail_[index] : '\n';
}

uint8_t DcsLine::peek(uint8_t *to, uint8_t room) const {
  uint8_t left = total_ - position_;
  uint8_t count = left < room ? left : room;
  for (uint8_t i = 0; i < count; i++) to[i] = static_cast<uint8_t>(at(position_ + i));
  return count;
}

void DcsLine::advance(uint8_t sent) { position_ += sent; }
