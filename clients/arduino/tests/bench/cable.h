// The cable between a board and the server: a pseudo-terminal, one end of which is a serial port.
#pragma once

#include <string>

class Cable {
 public:
  /// Opens a pseudo-terminal; throws if the system has none.
  Cable();
  ~Cable();
  Cable(const Cable &) = delete;
  Cable &operator=(const Cable &) = delete;

  /// Returns the name of the port, for `--serial`.
  const std::string &port() const { return port_; }

  /// Sends bytes to the program that has the port open. They are lost if there is none.
  void send(const std::string &bytes);
  /// Returns the bytes that have come in. Does not wait.
  std::string receive();

 private:
  int board_;
  std::string port_;
};
