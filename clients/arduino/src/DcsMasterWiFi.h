// The connection over WiFi, for the ESP32. Include it before the items of the panel.
#pragma once

#include <ESPmDNS.h>
#include <WiFi.h>

#include "DcsMaster.h"

/// A cockpit over WiFi. It joins the network, finds dcs-master on it and connects. It does so again
/// whenever the connection is lost.
///
/// Finding and connecting can take some seconds, in which `update` does not return. While it is
/// connected, `update` waits for nothing.
class DcsMasterWiFi : public DcsMaster {
 public:
  static constexpr uint16_t PORT = 4242;

  /// Without a host the panel looks for the mDNS service `_dcs-master._tcp`, which the server
  /// announces if it listens to the network.
  DcsMasterWiFi(const char *network, const char *password, const char *host = nullptr,
                uint16_t port = PORT)
      : DcsMaster(client_), network_(network), password_(password), host_(host), port_(port) {}

  void begin() {
    DcsMaster::begin();
    WiFi.mode(WIFI_STA);
    WiFi.begin(network_, password_);
    MDNS.begin("dcs-panel");
  }

  void update() {
    if (!client_.connected()) reconnect();
    DcsMaster::update();
  }

 private:
  static constexpr unsigned long RETRY_MS = 2000;

  void reconnect() {
    bool isFirst = triedAt_ == 0;
    if (WiFi.status() != WL_CONNECTED || (!isFirst && millis() - triedAt_ < RETRY_MS)) return;
    if (host_ ? client_.connect(host_, port_) : connectToFound()) client_.setNoDelay(true);
    triedAt_ = millis();
  }

  int connectToFound() {
    if (MDNS.queryService("dcs-master", "tcp") < 1) return 0;
#if defined(ESP_ARDUINO_VERSION_MAJOR) && ESP_ARDUINO_VERSION_MAJOR >= 3
    IPAddress address = MDNS.address(0);
#else
    IPAddress address = MDNS.IP(0);
#endif
    return client_.connect(address, MDNS.port(0));
  }

  WiFiClient client_;
  const char *network_;
  const char *password_;
  const char *host_;
  uint16_t port_;
  unsigned long triedAt_ = 0;
};
