// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/sandbox/child_process.h"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace sekisho::sandbox {
namespace {

// What the child gets: the socket twice, nothing else of ours, signals as after a fresh start.
class SpawnPlan {
 public:
  explicit SpawnPlan(int socket) {
    posix_spawn_file_actions_init(&actions_);
    posix_spawn_file_actions_adddup2(&actions_, socket, STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions_, socket, STDOUT_FILENO);
    posix_spawn_file_actions_addopen(&actions_, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addclosefrom_np(&actions_, STDERR_FILENO + 1);
    posix_spawnattr_init(&attributes_);
    sigset_t none;
    sigset_t all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(&attributes_, &none);
    posix_spawnattr_setsigdefault(&attributes_, &all);
    posix_spawnattr_setpgroup(&attributes_, 0);
    posix_spawnattr_setflags(
        &attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
  }
  ~SpawnPlan() {
    posix_spawn_file_actions_destroy(&actions_);
    posix_spawnattr_destroy(&attributes_);
  }
  SpawnPlan(const SpawnPlan&) = delete;
  SpawnPlan& operator=(const SpawnPlan&) = delete;

  int start(const std::string& program, pid_t& pid) const {
    std::string name = program;
    char* const arguments[] = {name.data(), nullptr};
    char* const environment[] = {nullptr};
    return posix_spawn(&pid, program.c_str(), &actions_, &attributes_, arguments, environment);
  }

 private:
  posix_spawn_file_actions_t actions_{};
  posix_spawnattr_t attributes_{};
};

}  // namespace

Result<ChildProcess> ChildProcess::start(const std::string& program) {
  int ends[2] = {-1, -1};
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
    return fail(Code::kUnavailable, std::string("socketpair: ") + std::strerror(errno));
  }
  pid_t pid = -1;
  const int error = SpawnPlan(ends[1]).start(program, pid);
  close(ends[1]);
  if (error != 0) {
    close(ends[0]);
    return fail(Code::kUnavailable, program + " cannot be started: " + std::strerror(error));
  }
  fcntl(ends[0], F_SETFL, O_NONBLOCK);
  return ChildProcess(pid, ends[0]);
}

ChildProcess::ChildProcess(ChildProcess&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)), socket_(std::exchange(other.socket_, -1)) {}

ChildProcess::~ChildProcess() {
  end();
  if (socket_ >= 0) close(socket_);
}

int ChildProcess::reap() {
  int status = -1;
  while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  pid_ = -1;
  return status;
}

std::string ChildProcess::end() {
  if (pid_ < 0) return "has ended";
  // Whoever has closed the socket may need a moment more to be gone.
  constexpr int kTries = 20;
  constexpr useconds_t kPauseUs = 10'000;
  bool over = false;
  for (int i = 0; i < kTries && !over; ++i) {
    siginfo_t ended{};
    over = waitid(P_PID, static_cast<id_t>(pid_), &ended, WEXITED | WNOHANG | WNOWAIT) == 0 &&
           ended.si_pid == pid_;
    if (!over) usleep(kPauseUs);
  }
  if (!over) kill(pid_, SIGKILL);
  const int status = reap();
  if (!over) return "was stopped";
  if (WIFSIGNALED(status)) return "was ended by signal " + std::to_string(WTERMSIG(status));
  return "exited with status " + std::to_string(WEXITSTATUS(status));
}

bool ChildProcess::wait() {
  const int status = reap();
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

}  // namespace sekisho::sandbox
