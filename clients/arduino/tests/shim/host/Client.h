#pragma once

#include "Arduino.h"

class IPAddress {
 public:
  IPAddress() {}
  explicit IPAddress(const char *text) { strncpy(text_, text, sizeof(text_) - 1); }
  const char *text() const { return text_; }
  explicit operator bool() const { return text_[0] != '\0'; }

 private:
  char text_[16] = "";
};

class Client : public Stream {
 public:
  virtual int connect(IPAddress address, uint16_t port) = 0;
  virtual int connect(const char *host, uint16_t port) = 0;
  virtual uint8_t connected() = 0;
  virtual void stop() = 0;
};
