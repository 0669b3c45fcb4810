// Needles that a stepper motor moves.
#pragma once

#include "Item.h"

/// A stepper motor that follows a gauge whose values are steps: one of your own definitions, see
/// docs/own-defs.md. The callback makes one step, forwards with 1 and backwards with -1.
///
/// A needle that turns without end has a number of steps for one turn. It goes the shorter way
/// round.
class DcsStepper : public DcsItem {
 public:
  typedef void (*Callback)(int8_t direction);

  struct Spec {
    DcsSpec base;
    Callback callback;
    uint16_t microsPerStep;
    /// 0 if the needle has a stop.
    int stepsPerTurn;
  };

  static constexpr Spec makeSpec(const char *name, uint16_t microsPerStep, Callback callback,
                                 int stepsPerTurn = 0) {
    return {{&KIND, name}, callback, microsPerStep, stepsPerTurn};
  }

  DcsStepper(DcsMaster &cockpit, const Spec &flashSpec) : DcsItem(cockpit, flashSpec.base) {}

  /// Turns the needle back by this many steps, against its stop, and makes that place 0. When it is
  /// switched on, the motor does not know where the needle is, so call this in `setup`.
  void home(int steps);

  int position() const { return position_; }

  void begin() {}
  void run(DcsTime now);
  void compose(DcsLine &line, uint8_t id);
  void take(const DcsUpdate &update);

 private:
  enum OwnFlag : uint8_t { HOMING = FIRST_OWN_FLAG };

  static const DcsKind KIND;

  /// Returns the number of steps to the target; negative if they go backwards.
  int way(const Spec &spec) const;

  int position_ = 0;
  int target_ = 0;
  /// Microseconds that wrap; only differences count.
  uint16_t steppedAt_ = 0;
};

#define DCS_STEPPER(object, cockpit, gauge, ...) \
  DCS_ITEM(DcsStepper, object, cockpit, gauge, ##__VA_ARGS__)
