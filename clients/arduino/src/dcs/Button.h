// Inputs that spring back: push buttons and rockers.
#pragma once

#include "Debounce.h"

/// A push button that is held in the cockpit as long as it is held on the panel.
class DcsButton : public DcsItem {
 public:
  struct Spec {
    DcsSpec base;
    uint8_t pin;
  };

  static constexpr Spec makeSpec(const char *name, uint8_t pin) { return {{&KIND, name}, pin}; }

  DcsButton(DcsMaster &cockpit, const Spec &flashSpec) : DcsItem(cockpit, flashSpec.base) {}

  void begin();
  void run(DcsTime now);
  void compose(DcsLine &line);

 private:
  enum OwnFlag : uint8_t { PRESS = FIRST_OWN_FLAG, RELEASE = 2 * FIRST_OWN_FLAG };

  static const DcsKind KIND;

  DcsDebounce closed_;
};

/// A push button that does one thing when it is pressed, such as `TOGGLE` or `INC`.
class DcsAction : public DcsItem {
 public:
  struct Spec {
    DcsSpec base;
    const char *position;
    uint8_t pin;
  };

  static constexpr Spec makeSpec(const char *name, uint8_t pin, const char *position) {
    return {{&KIND, name}, position, pin};
  }

  DcsAction(DcsMaster &cockpit, const Spec &flashSpec) : DcsItem(cockpit, flashSpec.base) {}

  void begin();
  void run(DcsTime now);
  void compose(DcsLine &line);

 private:
  static const DcsKind KIND;

  DcsDebounce closed_;
};

/// A switch that springs back to its middle, such as a starter or a trim switch: the first pin is
/// position #0, the second #2.
class DcsRocker : public DcsItem {
 public:
  struct Spec {
    DcsSpec base;
    uint8_t first;
    uint8_t second;
  };

  static constexpr Spec makeSpec(const char *name, uint8_t first, uint8_t second) {
    return {{&KIND, name}, first, second};
  }

  DcsRocker(DcsMaster &cockpit, const Spec &flashSpec) : DcsItem(cockpit, flashSpec.base) {}

  void begin();
  void run(DcsTime now);
  void compose(DcsLine &line);

 private:
  static constexpr uint8_t MIDDLE = 1;
  static const DcsKind KIND;

  DcsDebounce position_;
};

#define DCS_BUTTON(object, cockpit, control, pin) DCS_ITEM(DcsButton, object, cockpit, control, pin)

#define DCS_ACTION(object, cockpit, control, pin, position)            \
  static const char object##_position[] PROGMEM = position;            \
  static_assert(sizeof(object##_position) <= DCS_LONGEST_POSITION + 1, \
                "this position is too long");                          \
  DCS_ITEM(DcsAction, object, cockpit, control, pin, object##_position)

#define DCS_ROCKER(object, cockpit, control, first, second) \
  DCS_ITEM(DcsRocker, object, cockpit, control, first, second)
