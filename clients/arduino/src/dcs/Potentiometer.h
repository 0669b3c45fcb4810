// Potentiometers.
#pragma once

#include "Item.h"

/// A potentiometer for an axis. It has a standing position, as a switch does.
class DcsPotentiometer : public DcsItem {
 public:
  struct Spec {
    DcsSpec base;
    uint8_t pin;
    /// The ends of the axis, in thousandths.
    long low;
    long high;
  };

  /// `low` and `high` are the values at the two ends. Swapped, they reverse the direction.
  static constexpr Spec makeSpec(const char *name, uint8_t pin, double low = 0, double high = 1) {
    return {{&KIND, name}, pin, thousandths(low), thousandths(high)};
  }

  DcsPotentiometer(DcsMaster &cockpit, const Spec &flashSpec) : DcsItem(cockpit, flashSpec.base) {}

  void begin() {}
  void run(DcsTime now);
  void compose(DcsLine &line);

 private:
  /// The largest position; the smallest one is 0.
  static constexpr int FULL = 1000;
  /// The average is kept in sixteenths of a position.
  static constexpr int FINE = 16;
  static constexpr int UNKNOWN = -1;
  static constexpr uint8_t READ_MS = 10;
  /// A moving knob is sent every 40 ms: the sim takes one action on a control per frame.
  static constexpr uint8_t READINGS_PER_LINE = 4;
  /// To the server, positions of an axis that differ by a hundredth are equal. So a change must be
  /// larger to be sent.
  static constexpr int LEAST_CHANGE = 11;
  /// A position that is this close to an end counts as the end. This too is more than a hundredth:
  /// otherwise the end and the last position before it would be equal to the server.
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
