#include "cable.h"

#include <fcntl.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

#include <stdexcept>

Cable::Cable() : board_(posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)) {
  if (board_ < 0 || grantpt(board_) != 0 || unlockpt(board_) != 0) {
    throw std::runtime_error("there is no pseudo-terminal");
  }
  port_ = ptsname(board_);
  // Otherwise the terminal would echo what the board sends.
  termios settings;
  tcgetattr(board_, &settings);
  cfmakeraw(&settings);
  tcsetattr(board_, TCSANOW, &settings);
}

Cable::~Cable() { close(board_); }

void Cable::send(const std::string &bytes) {
  // This fails when nobody reads and the buffer is full. A board on USB loses bytes then too.
  if (!bytes.empty() && write(board_, bytes.data(), bytes.size()) < 0) return;
}

std::string Cable::receive() {
  char buffer[4096];
  // This also fails while no program has the port open.
  ssize_t count = read(board_, buffer, sizeof(buffer));
  return count > 0 ? std::string(buffer, static_cast<size_t>(count)) : "";
}
