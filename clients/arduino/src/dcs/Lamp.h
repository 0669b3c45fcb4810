// Lamps: lit or dark, or as bright as in the cockpit.
#pragma once

#include "Item.h"

/// A lamp that is lit when the one in the cockpit is.
class DcsLed : public DcsItem {
 public:
  struct Spec {
    DcsSpec base;
    uint8_t pin;
    /// The raw value from which on it is lit, in hundred-thousandths.
    long threshold;
  };

  /// Cockpits dim their lamps for the night, and a dim lamp counts as lit. An update comes when the
  /// brightness, rounded to tenths, changes. So the lamp is lit when the rounded brightness reaches
  /// the threshold.
  static constexpr Spec makeSpec(const char *name, uint8_t pin, double threshold = 0.3) {
    return {{&KIND, name}, pin, tenths(threshold) * 10000 - 5000};
  }

  DcsLed(DcsMaster &cockpit, const Spec &flashSpec) : DcsItem(cockpit, flashSpec.base) {}

  void begin() { DcsPin(spec<Spec>().pin).beginOutput(); }
  void run(DcsTime) {}
  void compose(DcsLine &line, uint8_t id);
  void take(const DcsUpdate &update);

 private:
  static const DcsKind KIND;

  static constexpr long tenths(double threshold) {
    return threshold < 0.1 ? 1 : static_cast<long>(threshold * 10 + 0.5);
  }
};

/// A lamp that is as bright as the one in the cockpit. Its pin must be able to do PWM.
class DcsPwm : public DcsItem {
 public:
  struct Spec {
    DcsSpec base;
    uint8_t pin;
  };

  static constexpr Spec makeSpec(const char *name, uint8_t pin) { return {{&KIND, name}, pin}; }

  DcsPwm(DcsMaster &cockpit, const Spec &flashSpec) : DcsItem(cockpit, flashSpec.base) {}

  void begin() { DcsPin(spec<Spec>().pin).beginOutput(); }
  void run(DcsTime) {}
  void compose(DcsLine &line, uint8_t id);
  void take(const DcsUpdate &update);

 private:
  static const DcsKind KIND;
};

#define DCS_LED(object, cockpit, gauge, ...) DCS_ITEM(DcsLed, object, cockpit, gauge, ##__VA_ARGS__)

#define DCS_PWM(object, cockpit, gauge, pin) DCS_ITEM(DcsPwm, object, cockpit, gauge, pin)
