// The connection to dcs-master and the items of the panel.
#pragma once

#include <Arduino.h>
#include <Client.h>

#include "Item.h"
#include "Line.h"
#include "Parser.h"

class DcsErrors;
class DcsText;

/// The cockpit, as seen through a serial port or a network connection to dcs-master.
///
/// It asks which aircraft is flown until it gets an answer. Then it subscribes for all outputs and
/// states the positions of all switches, and does so again whenever an aircraft appears. A serial
/// line detects no errors, so it also repeats one item after the other: the effect of a lost byte
/// lasts at most `REPEAT_MS` times the number of items.
class DcsMaster {
 public:
  /// Uses a serial port, or anything else that reads and writes bytes.
  explicit DcsMaster(Stream &stream) : stream_(stream) {}

  /// Uses a network connection. The sketch opens it, and opens it again when it is lost.
  explicit DcsMaster(Client &client) : stream_(client), client_(&client) {}

  DcsMaster(const DcsMaster &) = delete;
  DcsMaster &operator=(const DcsMaster &) = delete;

  /// Prepares the pins. Call it in `setup`, after `Serial.begin`.
  void begin();

  /// Reads the pins and the port, moves the outputs, sends lines, and waits for nothing. Call it in
  /// every pass of `loop`.
  void update();

  /// True while the server answers.
  bool connected() const { return link_ != Link::Silent; }

  /// Returns the name of the aircraft, cut at 23 characters; empty while none is known.
  const char *aircraft() const { return link_ == Link::Flying ? aircraft_ : ""; }

  /// Returns the number of lines that made no sense. Each of them has lost a byte, mostly because
  /// something in the sketch took too long.
  uint16_t badLines() const { return badLines_; }

  /// Returns the number of this panel's lines that the server has refused.
  uint16_t refusals() const { return refusals_; }

 private:
  friend class DcsItem;
  friend class DcsErrors;

  enum class Link : uint8_t {
    /// The server says nothing.
    Silent,
    /// The server answers, and no aircraft is controlled.
    Waiting,
    /// The aircraft is known.
    Flying,
  };

  static constexpr uint16_t ASK_MS = 2000;
  static constexpr uint16_t ANSWER_MS = 1000;
  static constexpr uint16_t SILENCE_MS = 6000;
  static constexpr uint16_t REPEAT_MS = 500;
  static constexpr uint8_t BYTES_AT_ONCE = 255;
  static constexpr uint8_t LINES_AT_ONCE = 8;
  static constexpr uint8_t CHUNK = 16;

  void add(DcsItem &item);
  void report(DcsText &errors) { errors_ = &errors; }

  bool open();
  void restart();
  void watchClock();
  void repeatNext();
  void receive() {
    if (isOpen_ && stream_.available() > 0) readBytes();
  }
  void readBytes();
  void handle(DcsParser::Event event, char c);
  void aircraftByte(char c);
  void aircraftEnd();
  void announce();
  void errorPiece(DcsPiece piece, char c);
  void errorEnd();
  void gauge();
  void textPiece(DcsPiece piece, char c);
  DcsItem *item(uint8_t id) const;
  uint8_t idOf(const DcsItem &item) const;
  DcsItem *after(const DcsItem *item) const { return item && item->next_ ? item->next_ : first_; }
  bool sendLine();
  bool nextLine();
  bool composeNext(uint8_t flag);
  bool writeLine();
  uint8_t writableBytes();

  Stream &stream_;
  Client *client_ = nullptr;
  DcsItem *first_ = nullptr;
  /// The item that sent the last line.
  DcsItem *served_ = nullptr;
  DcsItem *repeated_ = nullptr;
  DcsText *errors_ = nullptr;
  DcsLine line_;
  DcsParser parser_;
  DcsTime now_ = 0;
  DcsTime asked_ = 0;
  DcsTime heard_ = 0;
  DcsTime repeatedAt_ = 0;
  uint16_t badLines_ = 0;
  uint16_t refusals_ = 0;
  Link link_ = Link::Silent;
  /// The flags that are set in at least one item.
  uint8_t pending_ = 0;
  bool askDue_ = true;
  bool awaitsAnswer_ = false;
  bool isOpen_ = false;
  bool roomKnown_ = false;
  /// The length of the text that is coming in, and whether it is the expected text so far.
  uint8_t length_ = 0;
  bool matches_ = false;
  char aircraft_[24] = "";
};
