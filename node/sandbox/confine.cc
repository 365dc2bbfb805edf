// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/sandbox/confine.h"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <initializer_list>

#include <linux/capability.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "node/base/secret.h"

namespace sekisho::sandbox {
namespace {

// Sanitizers need an address space and system calls of their own.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kInstrumented = true;
#else
constexpr bool kInstrumented = false;
#endif

tl::unexpected<Error> os_error(const char* what) {
  return fail(Code::kIo, std::string(what) + ": " + std::strerror(errno));
}

Status set_limit(__rlimit_resource resource, rlim_t value) {
  const rlimit limit{value, value};
  if (setrlimit(resource, &limit) != 0) return os_error("setrlimit");
  return {};
}

bool may_lock_everything() {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct data[2] = {};
  const bool known = syscall(SYS_capget, &header, data) == 0;
  return known && (data[0].effective >> CAP_IPC_LOCK & 1u) != 0;
}

// Locking future memory under a limit would make allocations fail, so it is all or what Secret
// does.
bool lock_memory(const Backstop& backstop) {
  rlimit limit{};
  if (getrlimit(RLIMIT_MEMLOCK, &limit) != 0) return false;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_MEMLOCK, &limit);
  const bool enough = limit.rlim_max == RLIM_INFINITY || limit.rlim_max >= backstop.memory_bytes;
  if (kInstrumented || (!enough && !may_lock_everything())) return false;
  return mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT) == 0;
}

// Collects the first failure of libseccomp, so that the list of rules stays a list.
class Filter {
 public:
  Filter() : context_(seccomp_init(SCMP_ACT_KILL_PROCESS)) {}
  ~Filter() {
    if (context_ != nullptr) seccomp_release(context_);
  }
  Filter(const Filter&) = delete;
  Filter& operator=(const Filter&) = delete;

  void allow(std::initializer_list<int> calls) {
    for (const int call : calls) note(seccomp_rule_add(context_, SCMP_ACT_ALLOW, call, 0));
  }
  void allow_if(int call, std::initializer_list<scmp_arg_cmp> conditions) {
    note(seccomp_rule_add_array(context_, SCMP_ACT_ALLOW, call,
                                static_cast<unsigned>(conditions.size()), conditions.begin()));
  }
  void refuse(int error, std::initializer_list<int> calls) {
    for (const int call : calls) {
      note(seccomp_rule_add(context_, SCMP_ACT_ERRNO(static_cast<unsigned>(error)), call, 0));
    }
  }
  [[nodiscard]] Status load() {
    if (context_ == nullptr) return fail(Code::kIo, "seccomp: no filter");
    if (error_ == 0) error_ = seccomp_load(context_);
    if (error_ == 0) return {};
    return fail(Code::kIo, std::string("seccomp: ") + std::strerror(-error_));
  }

 private:
  void note(int result) {
    if (error_ == 0) error_ = result;
  }

  scmp_filter_ctx context_;
  int error_ = 0;
};

scmp_arg_cmp equals(unsigned argument, std::uint64_t value) {
  return {argument, SCMP_CMP_EQ, value, 0};
}

// The argument has none of the bits.
scmp_arg_cmp lacks(unsigned argument, std::uint64_t bits) {
  return {argument, SCMP_CMP_MASKED_EQ, bits, 0};
}

scmp_arg_cmp has(unsigned argument, std::uint64_t bits) {
  return {argument, SCMP_CMP_MASKED_EQ, bits, bits};
}

Status install_filter() {
  Filter filter;
  filter.allow_if(SCMP_SYS(read), {equals(0, kInFd)});
  filter.allow_if(SCMP_SYS(write), {equals(0, kOutFd)});
  // Memory, never executable and never of a file.
  filter.allow_if(SCMP_SYS(mmap), {lacks(2, PROT_EXEC), has(3, MAP_ANONYMOUS)});
  filter.allow_if(SCMP_SYS(mprotect), {lacks(2, PROT_EXEC)});
  filter.allow({SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(brk), SCMP_SYS(madvise),
                SCMP_SYS(mlock), SCMP_SYS(munlock)});
  // Threads of this process only; clone3 hides its flags behind a pointer, so the C library is told
  // to use clone.
  filter.allow_if(SCMP_SYS(clone), {has(0, CLONE_THREAD | CLONE_VM | CLONE_SIGHAND)});
  filter.refuse(ENOSYS, {SCMP_SYS(clone3)});
  filter.allow({SCMP_SYS(futex), SCMP_SYS(set_robust_list), SCMP_SYS(rseq), SCMP_SYS(sched_yield),
                SCMP_SYS(sched_getaffinity), SCMP_SYS(rt_sigprocmask)});
  filter.allow({SCMP_SYS(exit), SCMP_SYS(exit_group), SCMP_SYS(rt_sigreturn),
                SCMP_SYS(restart_syscall), SCMP_SYS(clock_gettime), SCMP_SYS(getrandom)});
  filter.refuse(EACCES, {SCMP_SYS(open), SCMP_SYS(openat), SCMP_SYS(openat2), SCMP_SYS(newfstatat),
                         SCMP_SYS(readlink), SCMP_SYS(access)});
  filter.refuse(EPERM, {SCMP_SYS(prlimit64), SCMP_SYS(sysinfo)});
  return filter.load();
}

}  // namespace

Result<bool> confine(const Backstop& backstop) {
  harden_process();
  if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) return os_error("prctl");
  if (close_range(kOutFd + 2, ~0u, 0) != 0) return os_error("close_range");
  TRY_STATUS(set_limit(RLIMIT_FSIZE, 0));
  TRY_STATUS(set_limit(RLIMIT_NOFILE, 3));
  TRY_STATUS(set_limit(RLIMIT_CPU, backstop.cpu_seconds));
  const bool locked = lock_memory(backstop);
  if (kInstrumented) return locked;
  TRY_STATUS(set_limit(RLIMIT_AS, backstop.memory_bytes));
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return os_error("prctl");
  TRY_STATUS(install_filter());
  return locked;
}

}  // namespace sekisho::sandbox
