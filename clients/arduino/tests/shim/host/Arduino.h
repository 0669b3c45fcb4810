// As much of an Arduino core as the library and its examples need, on this computer.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>

#define PROGMEM
#define pgm_read_byte(address) (*reinterpret_cast<const uint8_t *>(address))
#define memcpy_P memcpy
#define strlen_P strlen
#define PSTR(text) (text)
#define F(text) (text)

enum : uint8_t { LOW = 0, HIGH = 1, INPUT = 0, OUTPUT = 1, INPUT_PULLUP = 2 };
enum : uint8_t { A0 = 14, A1, A2, A3, A4, A5 };

unsigned long millis();
unsigned long micros();
void delay(unsigned long milliseconds);
void pinMode(uint8_t pin, uint8_t mode);
int digitalRead(uint8_t pin);
void digitalWrite(uint8_t pin, uint8_t level);
int analogRead(uint8_t pin);
void analogWrite(uint8_t pin, int value);

class Print {
 public:
  virtual ~Print() {}
  virtual size_t write(uint8_t c) = 0;
  virtual size_t write(const uint8_t *bytes, size_t count);
  virtual int availableForWrite() { return 0; }
  size_t print(const char *text);
  size_t print(long number);
  size_t println(const char *text);
};

class Stream : public Print {
 public:
  virtual int available() = 0;
  virtual int read() = 0;
  virtual int peek() = 0;
};

/// The serial monitor: its output goes to standard error.
class HardwareSerial : public Stream {
 public:
  void begin(unsigned long) {}
  using Print::write;
  size_t write(uint8_t c) override;
  int available() override { return 0; }
  int read() override { return -1; }
  int peek() override { return -1; }
  explicit operator bool() const { return true; }
};

extern HardwareSerial Serial;

/// The world around the board, for tests.
namespace host {

constexpr int PINS = 64;

/// The level of each pin, and what was written with `analogWrite`.
extern int levels[PINS];
extern int modes[PINS];
extern int brightness[PINS];
extern int readings[PINS];

/// Called when the level of an output changes.
extern void (*onChange)(int pin, int level);

/// Stops the clock at this time; from then on only `advanceMicros` moves it.
void stopClock(unsigned long at);
void advanceMicros(unsigned long micros);

}  // namespace host
