// Knobs that turn without end.
#pragma once

#include "Item.h"

/// An encoder with two contacts, read in every pass. Each click sends `INC` or `DEC`.
///
/// A contact that bounces counts forth and back, which cancels out.
class DcsEncoder : public DcsItem {
 public:
  struct Spec {
    DcsSpec base;
    uint8_t first;
    uint8_t second;
    uint8_t edgesPerClick;
  };

  /// `edgesPerClick` is the number of changes of the contacts from one click to the next: 4 for
  /// most encoders, 2 or 1 for others. Swap the pins if it turns the wrong way.
  static constexpr Spec makeSpec(const char *name, uint8_t first, uint8_t second,
                                 uint8_t edgesPerClick = 4) {
    return {{&KIND, name}, first, second, edgesPerClick};
  }

  DcsEncoder(DcsMaster &cockpit, const Spec &flashSpec) : DcsItem(cockpit, flashSpec.base) {}

  void begin();
  void run(DcsTime now);
  void compose(DcsLine &line);

 private:
  /// The most clicks that wait. With more, the cockpit's knob would go on turning for long after
  /// the panel's knob has stopped.
  static constexpr int8_t MOST_CLICKS = 20;
  static const DcsKind KIND;

  void click(int8_t direction);

  uint8_t contacts_ = 0;
  int8_t edges_ = 0;
  int8_t clicks_ = 0;
};

#define DCS_ENCODER(object, cockpit, control, ...) \
  DCS_ITEM(DcsEncoder, object, cockpit, control, ##__VA_ARGS__)
