#include "world.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <thread>

void fail(const std::string &what) {
  std::printf("FAILED %s\n", what.c_str());
  std::fflush(stdout);
  throw what;
}

void waitFor(const std::string &what, const std::function<bool()> &condition) {
  auto end = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) fail("waited in vain for " + what);
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
}

static std::vector<char *> pointers(const std::vector<std::string> &texts) {
  std::vector<char *> result;
  for (const std::string &text : texts) result.push_back(const_cast<char *>(text.c_str()));
  result.push_back(nullptr);
  return result;
}

Process::Process(const std::vector<std::string> &command,
                 const std::vector<std::string> &environment) {
  int in[2], out[2];
  if (pipe2(in, O_CLOEXEC) != 0 || pipe2(out, O_CLOEXEC) != 0) fail("no pipes");
  pid_ = fork();
  if (pid_ == 0) {
    dup2(in[0], 0);
    dup2(out[1], 1);
    dup2(out[1], 2);
    for (const std::string &variable : environment) putenv(const_cast<char *>(variable.c_str()));
    execvp(command[0].c_str(), pointers(command).data());
    _exit(127);
  }
  close(in[0]);
  close(out[1]);
  in_ = in[1];
  out_ = out[0];
  fcntl(out_, F_SETFL, O_NONBLOCK);
}

Process::~Process() {
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
  if (std::uncaught_exception()) {
    read();
    std::printf("a program has printed:\n");
    for (const std::string &line : lines) std::printf("  %s\n", line.c_str());
  }
  close(in_);
  close(out_);
}

void Process::say(const std::string &line) {
  std::string bytes = line + "\n";
  if (write(in_, bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size())) {
    fail("a program has ended; it has printed:\n" + (lines.empty() ? "" : lines.back()));
  }
}

void Process::read() {
  char buffer[4096];
  for (ssize_t count; (count = ::read(out_, buffer, sizeof(buffer))) > 0;) {
    partial_.append(buffer, static_cast<size_t>(count));
  }
  for (size_t end; (end = partial_.find('\n')) != std::string::npos; partial_.erase(0, end + 1)) {
    lines.push_back(partial_.substr(0, end));
  }
}

bool Process::hasSaid(const std::string &text, size_t from) {
  read();
  for (size_t i = from; i < lines.size(); i++) {
    if (lines[i].find(text) != std::string::npos) return true;
  }
  return false;
}

size_t Process::lineCount() {
  read();
  return lines.size();
}

// Systems take the ports of outgoing connections from above these, so no connection of another test
// occupies a chosen port before its program binds it.
int freePort() {
  static const int FIRST = 10000, COUNT = 20000;
  static int next = getpid() * 997 % COUNT;
  for (int tries = 0; tries < COUNT; tries++) {
    int port = FIRST + next++ % COUNT;
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<uint16_t>(port));
    int probe = socket(AF_INET, SOCK_STREAM, 0);
    bool isFree = bind(probe, reinterpret_cast<sockaddr *>(&address), sizeof(address)) == 0;
    ::close(probe);
    if (isFree) return port;
  }
  fail("no free port");
}

World::World(const Paths &paths, const std::string &serialPort)
    : port(freePort()),
      paths_(paths),
      serialPort_(serialPort),
      hookPort_(freePort()),
      exportPort_(freePort()) {
  const std::string &repository = paths_.repository;
  sim.reset(new Process({"lua5.1", repository + "/tests/standin/sim.lua", "--lua",
                         repository + "/lua", "--hook-port", std::to_string(hookPort_),
                         "--export-port", std::to_string(exportPort_), "--aircraft", "Kestrel_T1"},
                        {}));
  waitFor("the stand-in sim", [this] { return sim->hasSaid("ready "); });
  // The two switches of the tests move in this cockpit, too.
  tell("wire 6 3044 82");
  tell("wire 1 3001 60");
  startServer();
}

void World::startServer() {
  auto local = [](int number) { return "127.0.0.1:" + std::to_string(number); };
  std::vector<std::string> command = {paths_.server,
                                      "serve",
                                      "--listen",
                                      local(port),
                                      "--hook",
                                      local(hookPort_),
                                      "--export",
                                      local(exportPort_),
                                      "--no-compile",
                                      "--defs",
                                      paths_.repository + "/aircraft-defs"};
  if (!serialPort_.empty()) command.insert(command.end(), {"--serial", serialPort_});
  server.reset(new Process(command, {"XDG_DATA_HOME=" + paths_.work}));
}

void World::tell(const std::string &line) {
  size_t from = sim->lineCount();
  std::string echo = "echo " + std::to_string(++echoes_);
  sim->say(line);
  sim->say(echo);
  waitFor(line, [&] { return sim->hasSaid(echo, from); });
}
