// Potentiometers.
#pragma once

#include "Item.h"

/// A potentiometer for an axis. It is a standing position, as a switch is.
class DcsPotentiometer : public DcsItem {
 public:
  struct Spec {
    DcsSpec base;
    uint8_t pin;
    /// The ends of the axis, in thousandths.
    long low;
    long high;
  };

  /// `low` and `high` are the values at the two ends; the other way round they reverse the knob.
  static constexpr Spec makeSpec(const char *name, uint8_t pin, double low = 0, double high = 1) {
    return {{&KIND, name}, pin, thousandths(low), thousandths(high)};
  }

  DcsPotentiometer(DcsMaster &cockpit, const Spec &flashSpec) : DcsItem(cockpit, flashSpec.base) {}

  void begin() {}
  void run(DcsTime now);
  void compose(DcsLine &line);

 private:
  /// A position goes from 0 to this.
  static constexpr int FULL = 1000;
  /// The average is kept in sixteenths of a position.
  static constexpr int FINE = 16;
  static constexpr int UNKNOWN = -1;
  static constexpr uint8_t READ_MS = 10;
  /// A moving knob is sent every 40 ms: the sim takes one action on a control per frame.
  static constexpr uint8_t READINGS_PER_LINE = 4;
  /// The server takes axes that differ by a hundredth as equal, so a smaller change is not sent.
  static constexpr int LEAST_CHANGE = 11;
  /// So near to an end the knob stands there. It is more than a hundredth, too: otherwise the end
  /// would be the same for the server as the last position before it.
  static constexpr int SNAP = 15;

  static const DcsKind KIND;

  static constexpr long thousandths(double value) {
    return static_cast<long>(value * 1000 + (value < 0 ? -0.5 : 0.5));
  }
  int position() const;

  int average_ = UNKNOWN;
  int sent_ = UNKNOWN;
  uint8_t readAt_ = 0;
  uint8_t readings_ = 0;
};

#define DCS_POTENTIOMETER(object, cockpit, control, ...) \
  DCS_ITEM(DcsPotentiometer, object, cockpit, control, ##__VA_ARGS__)
