#include "board.h"

#include <simavr/avr_adc.h>
#include <simavr/avr_ioport.h>
#include <simavr/avr_uart.h>
#include <simavr/sim_avr.h>
#include <simavr/sim_cycle_timers.h>
#include <simavr/sim_elf.h>

#include <cstring>
#include <stdexcept>

/// The port and the bit of each pin, as printed on the boards.
static const char UNO_PINS[] = "D0D1D2D3D4D5D6D7B0B1B2B3B4B5C0C1C2C3C4C5";
static const char MEGA_PINS[] =
    "E0E1E4E5G5E3H3H4H5H6B4B5B6B7J1J0H1H0D3D2D1D0A0A1A2A3A4A5A6A7C7C6C5C4C3C2C1C0D7G2G1G0"
    "L7L6L5L4L3L2L1L0B3B2B1B0F0F1F2F3F4F5F6F7K0K1K2K3K4K5K6K7";

/// The byte that fills unused memory.
static const uint8_t PAINT = 0xA5;

struct Board::Firmware : elf_firmware_t {};

static void discard(avr_t *, const int level, const char *format, va_list arguments) {
  if (level <= LOG_ERROR) vfprintf(stderr, format, arguments);
}

Board::Board(const std::string &elf, const std::string &mcu, long baud)
    : firmware_(new Firmware()), cyclesPerByte_(HZ * 10 / static_cast<uint64_t>(baud)) {
  avr_global_logger_set(discard);
  if (elf_read_firmware(elf.c_str(), firmware_.get()) != 0) {
    throw std::runtime_error("cannot read " + elf);
  }
  avr_ = avr_make_mcu_by_name(mcu.c_str());
  if (!avr_) throw std::runtime_error("the emulator does not know " + mcu);
  avr_init(avr_);
  firmware_->frequency = HZ;
  avr_load_firmware(avr_, firmware_.get());
  avr_->vcc = avr_->avcc = avr_->aref = 5000;
  const char *map = mcu == "atmega2560" ? MEGA_PINS : UNO_PINS;
  for (int i = 0; map[2 * i]; i++)
    pins_.push_back({this, i, map[2 * i], map[2 * i + 1] - '0', false});
  connectPins();
  connectUart();
  paintStack();
}

Board::~Board() { avr_terminate(avr_); }

void Board::connectPins() {
  for (Pin &pin : pins_) {
    avr_irq_t *irq = avr_io_getirq(avr_, AVR_IOCTL_IOPORT_GETIRQ(pin.port), pin.bit);
    avr_irq_register_notify(irq, pinChanged, &pin);
  }
}

void Board::connectUart() {
  uint32_t flags = 0;
  avr_ioctl(avr_, AVR_IOCTL_UART_SET_FLAGS('0'), &flags);
  input_ = avr_io_getirq(avr_, AVR_IOCTL_UART_GETIRQ('0'), UART_IRQ_INPUT);
  avr_irq_t *output = avr_io_getirq(avr_, AVR_IOCTL_UART_GETIRQ('0'), UART_IRQ_OUTPUT);
  avr_irq_register_notify(output, byteSent, this);
}

void Board::paintStack() {
  staticBytes_ = firmware_->datasize + firmware_->bsssize;
  unsigned start = avr_->ioend + 1 + staticBytes_;
  memset(avr_->data + start, PAINT, avr_->ramend + 1 - start);
}

unsigned Board::stackBytes() const {
  unsigned lowest = avr_->ioend + 1 + staticBytes_;
  while (lowest <= avr_->ramend && avr_->data[lowest] == PAINT) lowest++;
  return avr_->ramend + 1 - lowest;
}

void Board::run(uint64_t micros) {
  uint64_t end = avr_->cycle + micros * (HZ / 1000000);
  while (avr_->cycle < end) {
    int state = avr_run(avr_);
    if (state == cpu_Done || state == cpu_Crashed)
      throw std::runtime_error("the sketch has crashed");
  }
}

uint64_t Board::cycle() const { return avr_->cycle; }

void Board::press(int pin) { hold(pins_.at(static_cast<size_t>(pin)), true); }

void Board::release(int pin) { hold(pins_.at(static_cast<size_t>(pin)), false); }

// At each write to the port, the emulator applies the internal pull-ups again, unless it is told
// which pins are held from outside.
void Board::hold(const Pin &pin, bool low) {
  uint8_t bit = static_cast<uint8_t>(1 << pin.bit);
  uint8_t &mask = held_[pin.port - 'A'];
  mask = static_cast<uint8_t>(low ? mask | bit : mask & ~bit);
  avr_ioport_external_t external = {};
  external.name = static_cast<unsigned long>(pin.port);
  external.mask = mask;
  external.value = 0;
  avr_ioctl(avr_, AVR_IOCTL_IOPORT_SET_EXTERNAL(pin.port), &external);
  avr_raise_irq(avr_io_getirq(avr_, AVR_IOCTL_IOPORT_GETIRQ(pin.port), pin.bit), low ? 0 : 1);
}

void Board::setVoltage(int channel, unsigned millivolts) {
  avr_raise_irq(avr_io_getirq(avr_, AVR_IOCTL_ADC_GETIRQ, channel), millivolts);
}

void Board::pinChanged(avr_irq_t *, uint32_t value, void *pointer) {
  Pin &pin = *static_cast<Pin *>(pointer);
  bool high = (value & 1) != 0;
  if (high == pin.high) return;
  pin.high = high;
  Board &board = *pin.board;
  board.changes.push_back({pin.number, high, board.cycle(), board.lineStart_});
}

void Board::byteSent(avr_irq_t *, uint32_t value, void *pointer) {
  Board &board = *static_cast<Board *>(pointer);
  char c = static_cast<char>(value);
  board.outgoing_ += c;
  if (c != '\n') {
    board.line_ += c;
    return;
  }
  board.lines.push_back({board.line_, board.cycle()});
  board.line_.clear();
}

std::string Board::takeBytes() {
  std::string taken;
  taken.swap(outgoing_);
  return taken;
}

void Board::send(const std::string &bytes) {
  incoming_.insert(incoming_.end(), bytes.begin(), bytes.end());
  if (feeding_ || incoming_.empty()) return;
  feeding_ = true;
  avr_cycle_timer_register(avr_, cyclesPerByte_, feed, this);
}

uint64_t Board::feed(avr_t *, uint64_t when, void *board) {
  return static_cast<Board *>(board)->feedNext(when);
}

/// Returns the serial port, which has the bytes that wait.
static avr_uart_t &uartOf(avr_t *avr) {
  for (avr_io_t *io = avr->io_port; io; io = io->next) {
    avr_uart_t *uart = reinterpret_cast<avr_uart_t *>(io);
    if (strcmp(io->kind, "uart") == 0 && uart->name == '0') return *uart;
  }
  throw std::runtime_error("this processor has no serial port");
}

uint64_t Board::feedNext(uint64_t when) {
  if (incoming_.empty()) {
    feeding_ = false;
    return 0;
  }
  uint8_t c = incoming_.front();
  incoming_.pop_front();
  bytesSent_++;
  if (lineEnded_) lineStart_ = when - cyclesPerByte_;
  lineEnded_ = c == '\n';
  avr_uart_t &uart = uartOf(avr_);
  // The emulator counts eleven bits for a byte.
  uart.cycles_per_byte = cyclesPerByte_;
  avr_raise_irq(input_, c);
  const uart_fifo_t &waiting = uart.input;
  unsigned backlog = (waiting.write + uart_fifo_fifo_size - waiting.read) % uart_fifo_fifo_size;
  if (backlog > deepestBacklog_) deepestBacklog_ = backlog;
  return when + cyclesPerByte_;
}

uint32_t Board::variable(const std::string &name) const {
  for (uint32_t i = 0; i < firmware_->symbolcount; i++) {
    const avr_symbol_t &symbol = *firmware_->symbol[i];
    if (name != symbol.symbol) continue;
    const uint8_t *at = avr_->data + (symbol.addr & 0xFFFF);
    return static_cast<uint32_t>(at[0]) | static_cast<uint32_t>(at[1]) << 8 |
           static_cast<uint32_t>(at[2]) << 16 | static_cast<uint32_t>(at[3]) << 24;
  }
  throw std::runtime_error("the sketch has no variable " + name);
}
