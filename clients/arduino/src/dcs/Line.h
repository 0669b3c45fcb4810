// The line that is being sent.
#pragma once

#include <Arduino.h>

/// The longest name of a control, gauge or element. A line with it has at most 128 bytes.
constexpr uint8_t DCS_LONGEST_NAME = 95;

/// The longest position, such as a label, that a line can end with.
constexpr uint8_t DCS_LONGEST_POSITION = 22;

/// A line on its way out. The name of the control stays in flash: 44 bytes of RAM serve lines of
/// any length, where a buffer for the longest line would take 128.
class DcsLine {
 public:
  /// Starts the question for the aircraft, after a line end that ends a half line, if there is one.
  void beginQuestion();

  /// Starts "1 <control>" or "2 <gauge>".
  void begin(char command, const char *flashName);

  /// Starts "3 <indicator> <element>".
  void beginText(uint8_t indicator, const char *flashName);

  void add(char c);
  void addFlash(const char *flashText);
  void addNumber(long number);

  /// Adds a number of thousandths: -250 is "-0.25".
  void addThousandths(long thousandths);

  /// Copies the bytes to be sent next, at most `room`, and returns their number.
  uint8_t peek(uint8_t *to, uint8_t room) const;

  /// Removes the bytes that have been sent.
  void advance(uint8_t sent);

  bool empty() const { return position_ == total_; }
  void clear();

 private:
  char at(uint8_t index) const;
  void start(const char *flashName);

  const char *name_ = nullptr;
  uint8_t headLength_ = 0;
  uint8_t nameLength_ = 0;
  uint8_t tailLength_ = 0;
  uint8_t position_ = 0;
  uint8_t total_ = 0;
  char head_[8];
  char tail_[DCS_LONGEST_POSITION + 1];
};
