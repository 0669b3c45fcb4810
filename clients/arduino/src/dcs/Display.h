// Texts on character displays.
#pragma once

#include "Item.h"

/// A text on a character display, written in one row. Displays are slow, so it writes one character
/// in each pass: an LCD behind I2C takes a millisecond for one, in which 25 bytes come in at 250000
/// baud.
class DcsDisplay : public DcsItem {
 public:
  struct Spec {
    DcsSpec base;
    void (*setCursor)(uint8_t column, uint8_t row);
    void (*write)(char c);
    char *buffer;
    uint8_t column;
    uint8_t row;
    uint8_t width;
    uint8_t indicator;
  };

  static constexpr Spec makeSpec(const char *name, uint8_t indicator,
                                 void (*setCursor)(uint8_t, uint8_t), void (*write)(char),
                                 char *buffer, uint8_t width, uint8_t column, uint8_t row) {
    return {{&KIND, name}, setCursor, write, buffer, column, row, width, indicator};
  }

  DcsDisplay(DcsMaster &cockpit, const Spec &flashSpec) : DcsItem(cockpit, flashSpec.base) {}

  void begin() {}
  void run(DcsTime now);
  void compose(DcsLine &line, uint8_t id);
  void put(DcsPiece piece, char c);

 private:
  enum OwnFlag : uint8_t { NEW = FIRST_OWN_FLAG };

  static const DcsKind KIND;
  /// The item that is writing. No other one may, since it would move the cursor.
  static DcsDisplay *writer;

  uint8_t length_ = 0;
  uint8_t written_ = 0;
};

/// `lcd` is any object with `setCursor(column, row)` and `write(character)`.
#define DCS_DISPLAY(object, cockpit, indicator, element, lcd, column, row, width)               \
  static char object##_buffer[width];                                                           \
  static void object##_setCursor(uint8_t x, uint8_t y) { lcd.setCursor(x, y); }                 \
  static void object##_write(char c) { lcd.write(static_cast<uint8_t>(c)); }                    \
  DCS_ITEM(DcsDisplay, object, cockpit, element, indicator, object##_setCursor, object##_write, \
           object##_buffer, width, column, row)
