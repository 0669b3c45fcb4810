// The other programs of a test: the server and the stand-in sim, with their ports and folders.
#pragma once

#include <sys/types.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

/// The paths that a test is started with.
struct Paths {
  std::string repository;
  std::string server;
  std::string firmware;
  std::string work;
};

[[noreturn]] void fail(const std::string &what);

#define CHECK(condition) \
  if (!(condition)) fail(std::string(__FILE__) + ":" + std::to_string(__LINE__) + ": " #condition)

/// Tries a condition until it holds. Fails after a minute, which is reached only by a fault.
void waitFor(const std::string &what, const std::function<bool()> &condition);

/// A running program, which is ended with this object.
class Process {
 public:
  Process(const std::vector<std::string> &command, const std::vector<std::string> &environment);
  ~Process();
  Process(const Process &) = delete;
  Process &operator=(const Process &) = delete;

  void say(const std::string &line);

  /// Reads what it has printed; true if a line from `from` on contains the text.
  bool hasSaid(const std::string &text, size_t from = 0);
  size_t lineCount();

  std::vector<std::string> lines;

 private:
  void read();

  pid_t pid_;
  int in_;
  int out_;
  std::string partial_;
};

/// The server with the stand-in sim.
class World {
 public:
  /// Starts both; the server has the serial port, if one is given.
  explicit World(const Paths &paths, const std::string &serialPort = "");

  void startServer();
  void stopServer() { server.reset(); }

  /// Sends the sim a control line and waits until it has been carried out.
  void tell(const std::string &line);

  std::unique_ptr<Process> sim;
  std::unique_ptr<Process> server;
  int port;

 private:
  Paths paths_;
  std::string serialPort_;
  int hookPort_;
  int exportPort_;
  int echoes_ = 0;
};

int freePort();
