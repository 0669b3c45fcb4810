// A gauge whose values go to a function of the sketch.
#pragma once

#include "Item.h"

/// A gauge that calls a function with its newest value.
///
/// The function gets a whole number: with one decimal, 89.1 arrives as 891. It is called from
/// `update`. If values come faster than it works, the older ones are skipped.
class DcsGauge : public DcsItem {
 public:
  typedef void (*Callback)(long value);

  struct Spec {
    DcsSpec base;
    Callback callback;
    int8_t decimals;
    uint8_t rate;
  };

  static constexpr Spec makeSpec(const char *name, int8_t decimals, Callback callback,
                                 uint8_t rate = 10) {
    return {{&KIND, name}, callback, decimals, rate};
  }

  DcsGauge(DcsMaster &cockpit, const Spec &flashSpec) : DcsItem(cockpit, flashSpec.base) {}

  /// Returns the newest value; 0 until there is one.
  long value() const { return value_; }

  void begin() {}
  void run(DcsTime now);
  void compose(DcsLine &line, uint8_t id);
  void take(const DcsUpdate &update);

 private:
  enum OwnFlag : uint8_t { NEW = FIRST_OWN_FLAG };

  static const DcsKind KIND;

  long value_ = 0;
};

#define DCS_GAUGE(object, cockpit, gauge, ...) \
  DCS_ITEM(DcsGauge, object, cockpit, gauge, ##__VA_ARGS__)
