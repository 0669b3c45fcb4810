// The common part of all switches, knobs, lamps and needles.
#pragma once

#include <Arduino.h>

#include "Line.h"

class DcsMaster;
class DcsItem;

/// Milliseconds that wrap after a minute; compare differences only.
typedef uint16_t DcsTime;

/// Reads a pointer that lies in flash.
template <class Pointer>
inline Pointer dcsFlash(const Pointer *at) {
#if defined(__AVR__)
  return reinterpret_cast<Pointer>(pgm_read_word(at));
#else
  return *at;
#endif
}

/// A new value of a gauge.
struct DcsUpdate {
  /// The sim's value in hundred-thousandths.
  long raw;
  /// The gauge's value, without its decimal point.
  long value;
  /// The number of digits of `value` after that point.
  uint8_t decimals;
};

/// A piece of a text that comes in.
enum class DcsPiece : uint8_t { Start, Byte, End };

/// The functions of a kind of item. It lies in flash: virtual functions would cost two bytes of RAM
/// for each item, and their tables about a hundred, since AVRs keep those in RAM.
struct DcsKind {
  void (*begin)(DcsItem &);
  /// Reads pins, or drives the hardware behind them. Called in every pass.
  void (*run)(DcsItem &, DcsTime);
  /// Writes the next line to send, or none.
  void (*compose)(DcsItem &, DcsLine &, uint8_t id);
  void (*take)(DcsItem &, const DcsUpdate &);
  void (*put)(DcsItem &, DcsPiece, char);
};

/// The part of an item that never changes. It lies in flash, before the fields that each kind adds.
struct DcsSpec {
  const DcsKind *kind;
  const char *name;
};

/// Marks a pin with the opposite sense: a lamp that is lit by LOW, or a switch that is open where
/// others are closed.
#define DCS_INVERTED(pin) static_cast<uint8_t>((pin) | 0x80)

/// A pin of a panel, inverted or not.
class DcsPin {
 public:
  explicit DcsPin(uint8_t marked) : marked_(marked) {}

  uint8_t number() const { return marked_ & 0x7F; }
  void beginInput() const { pinMode(number(), INPUT_PULLUP); }
  void beginOutput() const;
  /// True when the contact connects the pin to ground.
  bool closed() const { return (digitalRead(number()) == LOW) != inverted(); }
  void write(bool on) const { digitalWrite(number(), on != inverted() ? HIGH : LOW); }
  bool inverted() const { return (marked_ & 0x80) != 0; }

 private:
  uint8_t marked_;
};

/// A switch, a knob, a lamp, a needle: something of the panel with a name in the cockpit.
class DcsItem {
 public:
  DcsItem(DcsMaster &cockpit, const DcsSpec &flashSpec);
  DcsItem(const DcsItem &) = delete;
  DcsItem &operator=(const DcsItem &) = delete;

 protected:
  /// Each kind can have flags of its own in the same byte.
  enum Flag : uint8_t {
    /// The user has done something that must be sent.
    URGENT = 1,
    /// The server must be told the subscription or the position again.
    ANNOUNCE = 2,
    FIRST_OWN_FLAG = 4,
  };

  bool has(uint8_t flags) const { return (flags_ & flags) != 0; }
  void set(uint8_t flags) { flags_ |= flags; }
  void drop(uint8_t flags) { flags_ &= static_cast<uint8_t>(~flags); }

  /// Copies the part in flash; `Spec` begins with a `DcsSpec`.
  template <class Spec>
  Spec spec() const {
    Spec copy;
    memcpy_P(static_cast<void *>(&copy), spec_, sizeof(copy));
    return copy;
  }
  const char *name() const { return dcsFlash(&spec_->name); }

 private:
  friend class DcsMaster;

  /// Reads one function of the kind from flash.
  template <class Function>
  Function function(Function DcsKind::*member) const {
    return dcsFlash(&(dcsFlash(&spec_->kind)->*member));
  }

  DcsItem *next_ = nullptr;
  const DcsSpec *spec_;
  uint8_t flags_ = 0;
};

/// The functions of `Item` in the form that `DcsKind` needs.
template <class Item>
struct DcsCalls {
  static void begin(DcsItem &item) { static_cast<Item &>(item).begin(); }
  static void run(DcsItem &item, DcsTime now) { static_cast<Item &>(item).run(now); }
  static void composeInput(DcsItem &item, DcsLine &line, uint8_t) {
    static_cast<Item &>(item).compose(line);
  }
  static void composeOutput(DcsItem &item, DcsLine &line, uint8_t id) {
    static_cast<Item &>(item).compose(line, id);
  }
  static void take(DcsItem &item, const DcsUpdate &update) {
    static_cast<Item &>(item).take(update);
  }
  static void put(DcsItem &item, DcsPiece piece, char c) {
    static_cast<Item &>(item).put(piece, c);
  }
};

template <class Item>
constexpr DcsKind dcsInputKind() {
  return {DcsCalls<Item>::begin, DcsCalls<Item>::run, DcsCalls<Item>::composeInput, nullptr,
          nullptr};
}

template <class Item>
constexpr DcsKind dcsGaugeKind() {
  return {DcsCalls<Item>::begin, DcsCalls<Item>::run, DcsCalls<Item>::composeOutput,
          DcsCalls<Item>::take, nullptr};
}

template <class Item>
constexpr DcsKind dcsTextKind() {
  return {DcsCalls<Item>::begin, DcsCalls<Item>::run, DcsCalls<Item>::composeOutput, nullptr,
          DcsCalls<Item>::put};
}

/// Defines an item of the sketch, with its name and its fixed part in flash.
#define DCS_ITEM(Class, object, cockpit, control, ...)                                   \
  static const char object##_name[] PROGMEM = control;                                   \
  static_assert(sizeof(object##_name) <= DCS_LONGEST_NAME + 1, "this name is too long"); \
  static constexpr Class::Spec object##_spec PROGMEM =                                   \
      Class::makeSpec(object##_name, ##__VA_ARGS__);                                     \
  Class object(cockpit, object##_spec)
