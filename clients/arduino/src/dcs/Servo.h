// Needles that a servo moves.
#pragma once

#include "Item.h"

/// A servo that follows a gauge: `from` to `to` on the gauge's scale become `first` to `last`,
/// which are angles or microseconds, whatever the callback hands to the servo.
class DcsServo : public DcsItem {
 public:
  typedef void (*Callback)(int position);

  struct Spec {
    DcsSpec base;
    Callback callback;
    long from;
    long to;
    int first;
    int last;
    int8_t precision;
  };

  static constexpr Spec makeSpec(const char *name, double from, double to, int first, int last,
                                 Callback callback) {
    return {{&KIND, name},
            callback,
            scaled(from, precision(to - from)),
            scaled(to, precision(to - from)),
            first,
            last,
            precision(to - from)};
  }

  DcsServo(DcsMaster &cockpit, const Spec &flashSpec) : DcsItem(cockpit, flashSpec.base) {}

  void begin() {}
  void run(DcsTime now);
  void compose(DcsLine &line, uint8_t id);
  void take(const DcsUpdate &update);

 private:
  enum OwnFlag : uint8_t { NEW = FIRST_OWN_FLAG, KNOWN = 2 * FIRST_OWN_FLAG };

  static const DcsKind KIND;

  /// Returns the precision that distinguishes some hundred to some thousand positions. That is
  /// finer than a servo, and a still finer one would only cost lines.
  static constexpr int8_t precision(double span) {
    return span < 0        ? precision(-span)
           : span >= 50000 ? -2
           : span >= 5000  ? -1
           : span >= 500   ? 0
           : span >= 50    ? 1
           : span >= 5     ? 2
                           : 3;
  }
  /// Returns a value as an update has it, without its decimal point.
  static constexpr long scaled(double value, int8_t precision) {
    return precision <= 0 ? static_cast<long>(value) : scaled(value * 10, precision - 1);
  }

  int position_ = 0;
};

#define DCS_SERVO(object, cockpit, gauge, ...) \
  DCS_ITEM(DcsServo, object, cockpit, gauge, ##__VA_ARGS__)
