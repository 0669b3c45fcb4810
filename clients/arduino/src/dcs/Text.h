// Texts of the cockpit's displays.
#pragma once

#include "Item.h"

/// The text of a display, passed to a function whenever it changes. A long text is cut off.
class DcsText : public DcsItem {
 public:
  typedef void (*Callback)(const char *text);

  struct Spec {
    DcsSpec base;
    Callback callback;
    char *buffer;
    uint8_t size;
    uint8_t indicator;
  };

  /// Stands for no indicator.
  static constexpr uint8_t NO_INDICATOR = 255;

  static constexpr Spec makeSpec(const char *name, uint8_t indicator, char *buffer, uint8_t size,
                                 Callback callback) {
    return {{&KIND, name}, callback, buffer, size, indicator};
  }

  DcsText(DcsMaster &cockpit, const Spec &flashSpec) : DcsItem(cockpit, flashSpec.base) {}

  void begin() {}
  void run(DcsTime now);
  void compose(DcsLine &line, uint8_t id);
  void put(DcsPiece piece, char c);

 private:
  enum OwnFlag : uint8_t { NEW = FIRST_OWN_FLAG };

  static const DcsKind KIND;

  uint8_t length_ = 0;
};

/// The reasons why the server has refused lines of this panel.
class DcsErrors : public DcsText {
 public:
  DcsErrors(DcsMaster &cockpit, const Spec &flashSpec);
};

/// Subscribes to an element of an indicator, with room for `size` characters.
#define DCS_TEXT(object, cockpit, indicator, element, size, callback) \
  static char object##_buffer[(size) + 1];                            \
  DCS_ITEM(DcsText, object, cockpit, element, indicator, object##_buffer, (size) + 1, callback)

/// Calls a function with the reason when the server refuses a line, such as one with a misspelt
/// name.
#define DCS_ERRORS(object, cockpit, size, callback)                                             \
  static char object##_buffer[(size) + 1];                                                      \
  static constexpr DcsText::Spec object##_spec PROGMEM =                                        \
      DcsText::makeSpec(nullptr, DcsText::NO_INDICATOR, object##_buffer, (size) + 1, callback); \
  DcsErrors object(cockpit, object##_spec)
