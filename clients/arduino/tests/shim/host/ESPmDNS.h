// mDNS that finds the server that the environment variable DCS_MASTER names, as "address:port".
#pragma once

#include "Client.h"

class MDNSResponder {
 public:
  bool begin(const char *) { return true; }
  int queryService(const char *service, const char *protocol);
  IPAddress IP(int) const { return address_; }
  uint16_t port(int) const { return port_; }

 private:
  IPAddress address_;
  uint16_t port_ = 0;
};

extern MDNSResponder MDNS;
