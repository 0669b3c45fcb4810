#include "Arduino.h"

#include <chrono>
#include <cstdio>
#include <string>
#include <thread>

HardwareSerial Serial;

namespace host {

int levels[PINS];
int modes[PINS];
int brightness[PINS];
int readings[PINS];
void (*onChange)(int, int) = nullptr;

static bool stopped = false;
static unsigned long stoppedAt = 0;

void stopClock(unsigned long at) {
  stopped = true;
  stoppedAt = at * 1000;
}

void advanceMicros(unsigned long micros) { stoppedAt += micros; }

}  // namespace host

unsigned long micros() {
  if (host::stopped) return host::stoppedAt;
  auto now = std::chrono::steady_clock::now().time_since_epoch();
  return static_cast<unsigned long>(
      std::chrono::duration_cast<std::chrono::microseconds>(now).count());
}

unsigned long millis() { return micros() / 1000; }

void delay(unsigned long milliseconds) {
  if (host::stopped) return host::advanceMicros(milliseconds * 1000);
  std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds));
}

void pinMode(uint8_t pin, uint8_t mode) {
  host::modes[pin] = mode;
  if (mode == INPUT_PULLUP) host::levels[pin] = HIGH;
}

int digitalRead(uint8_t pin) { return host::levels[pin]; }

void digitalWrite(uint8_t pin, uint8_t level) {
  bool changed = host::levels[pin] != level;
  host::levels[pin] = level;
  if (changed && host::onChange) host::onChange(pin, level);
}

int analogRead(uint8_t pin) { return host::readings[pin]; }

void analogWrite(uint8_t pin, int value) { host::brightness[pin] = value; }

size_t Print::write(const uint8_t *bytes, size_t count) {
  size_t written = 0;
  while (written < count && write(bytes[written])) written++;
  return written;
}

size_t Print::print(const char *text) {
  return write(reinterpret_cast<const uint8_t *>(text), strlen(text));
}

size_t Print::print(long number) { return print(std::to_string(number).c_str()); }

size_t Print::println(const char *text) { return print(text) + print("\r\n"); }

size_t HardwareSerial::write(uint8_t c) { return std::fputc(c, stderr) == c ? 1 : 0; }
