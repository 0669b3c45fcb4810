#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ESPmDNS.h"
#include "WiFi.h"

WiFiClass WiFi;
MDNSResponder MDNS;

int WiFiClient::connect(const char *host, uint16_t port) {
  stop();
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  if (inet_pton(AF_INET, host, &address.sin_addr) != 1) return 0;
  socket_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (::connect(socket_, reinterpret_cast<sockaddr *>(&address), sizeof(address)) == 0) return 1;
  stop();
  return 0;
}

uint8_t WiFiClient::connected() {
  char c;
  if (socket_ >= 0 && recv(socket_, &c, 1, MSG_PEEK | MSG_DONTWAIT) == 0) stop();
  return socket_ >= 0;
}

void WiFiClient::stop() {
  if (socket_ >= 0) close(socket_);
  socket_ = -1;
}

size_t WiFiClient::write(const uint8_t *bytes, size_t count) {
  ssize_t sent = socket_ < 0 ? -1 : send(socket_, bytes, count, MSG_NOSIGNAL);
  return sent > 0 ? static_cast<size_t>(sent) : 0;
}

int WiFiClient::available() {
  int count = 0;
  if (socket_ < 0 || ioctl(socket_, FIONREAD, &count) != 0) return 0;
  return count;
}

int WiFiClient::read() {
  uint8_t c;
  return socket_ >= 0 && recv(socket_, &c, 1, MSG_DONTWAIT) == 1 ? c : -1;
}

int WiFiClient::peek() {
  uint8_t c;
  return socket_ >= 0 && recv(socket_, &c, 1, MSG_DONTWAIT | MSG_PEEK) == 1 ? c : -1;
}

int MDNSResponder::queryService(const char *service, const char *protocol) {
  const char *server = getenv("DCS_MASTER");
  const char *colon = server ? strchr(server, ':') : nullptr;
  if (!colon || strcmp(service, "dcs-master") != 0 || strcmp(protocol, "tcp") != 0) return 0;
  char host[16] = "";
  strncpy(host, server, static_cast<size_t>(colon - server) % sizeof(host));
  address_ = IPAddress(host);
  port_ = static_cast<uint16_t>(atoi(colon + 1));
  return 1;
}
