// WiFi that is always there, and a WiFiClient over a socket of this computer.
#pragma once

#include "Client.h"

enum wl_status_t { WL_IDLE_STATUS, WL_CONNECTED, WL_DISCONNECTED };
enum wifi_mode_t { WIFI_STA };

class WiFiClass {
 public:
  void mode(wifi_mode_t) {}
  void begin(const char *, const char *) { status_ = WL_CONNECTED; }
  wl_status_t status() const { return status_; }

 private:
  wl_status_t status_ = WL_DISCONNECTED;
};

extern WiFiClass WiFi;

class WiFiClient : public Client {
 public:
  ~WiFiClient() override { stop(); }
  int connect(IPAddress address, uint16_t port) override { return connect(address.text(), port); }
  int connect(const char *host, uint16_t port) override;
  uint8_t connected() override;
  void stop() override;
  void setNoDelay(bool) {}
  using Print::write;
  size_t write(uint8_t c) override { return write(&c, 1); }
  size_t write(const uint8_t *bytes, size_t count) override;
  int available() override;
  int read() override;
  int peek() override;

 private:
  int socket_ = -1;
};
