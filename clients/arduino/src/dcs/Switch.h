// Switches that stay where they are put, and rotary switches.
#pragma once

#include "Debounce.h"

/// A switch with a standing position.
///
/// `DCS_SWITCH` with one pin has two positions: open is #0, closed is #1. With two pins it has
/// three: the first pin closed is #0, none is #1, the second pin closed is #2. `DCS_ROTARY` has a
/// pin for each position; between two contacts it keeps the last one.
class DcsSwitch : public DcsItem {
 public:
  enum class Contacts : uint8_t { Toggle, OnePerPosition };

  struct Spec {
    DcsSpec base;
    const uint8_t *pins;
    uint8_t count;
    Contacts contacts;
  };

  static constexpr Spec makeSpec(const char *name, Contacts contacts, const uint8_t *pins,
                                 uint8_t count) {
    return {{&KIND, name}, pins, count, contacts};
  }

  DcsSwitch(DcsMaster &cockpit, const Spec &flashSpec) : DcsItem(cockpit, flashSpec.base) {}

  /// Returns the position, from 0; 255 until it is known.
  uint8_t position() const { return position_.value(); }

  void begin();
  void run(DcsTime now);
  void compose(DcsLine &line);

 private:
  static const DcsKind KIND;

  uint8_t read() const;

  DcsDebounce position_;
};

#define DCS_SWITCH(object, cockpit, control, ...) \
  DCS_SWITCH_OF(Toggle, object, cockpit, control, __VA_ARGS__)

#define DCS_ROTARY(object, cockpit, control, ...) \
  DCS_SWITCH_OF(OnePerPosition, object, cockpit, control, __VA_ARGS__)

#define DCS_SWITCH_OF(contacts, object, cockpit, control, ...)                                    \
  static const uint8_t object##_pins[] PROGMEM = {__VA_ARGS__};                                   \
  static_assert(                                                                                  \
      DcsSwitch::Contacts::contacts != DcsSwitch::Contacts::Toggle || sizeof(object##_pins) <= 2, \
      "DCS_SWITCH has one or two pins; DCS_ROTARY has a pin for each position");                  \
  DCS_ITEM(DcsSwitch, object, cockpit, control, DcsSwitch::Contacts::contacts, object##_pins,     \
           sizeof(object##_pins))
