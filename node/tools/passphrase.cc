// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/tools/passphrase.h"

#include <cstdio>
#include <cstdlib>

#include <termios.h>
#include <unistd.h>

#include "node/tools/files.h"

namespace sekisho::tools {
namespace {

constexpr std::size_t kPassphraseSizeMax = 1024;

std::size_t line_length(BytesView text) {
  const auto end = text.find_first_of(BytesView("\r\n\0", 3));
  return end == BytesView::npos ? text.size() : end;
}

// Echo is off while this lives.
class SilentTerminal {
 public:
  SilentTerminal() {
    good_ = tcgetattr(STDIN_FILENO, &before_) == 0;
    if (!good_) return;
    termios silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
  }
  ~SilentTerminal() {
    if (good_) tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
  }
  SilentTerminal(const SilentTerminal&) = delete;
  SilentTerminal& operator=(const SilentTerminal&) = delete;

 private:
  termios before_{};
  bool good_ = false;
};

Result<Secret> ask(const std::string& prompt) {
  std::fprintf(stderr, "%s: ", prompt.c_str());
  const SilentTerminal silent;
  Secret line(kPassphraseSizeMax);
  const char* got = std::fgets(line.writable().data(), static_cast<int>(kPassphraseSizeMax), stdin);
  std::fputc('\n', stderr);
  if (got == nullptr) return fail(Code::kCancelled, "no passphrase was entered");
  line.shrink(line_length(line.view()));
  return line;
}

}  // namespace

Result<Secret> read_passphrase(const std::string& file, const std::string& prompt) {
  const char* named = std::getenv("SEKISHO_PASSPHRASE_FILE");
  const std::string path = !file.empty() ? file : named != nullptr ? named : "";
  if (!path.empty()) {
    TRY(Secret secret, read_secret_file(path, kPassphraseSizeMax));
    secret.shrink(line_length(secret.view()));
    return secret;
  }
  if (isatty(STDIN_FILENO) == 0) {
    return fail(Code::kUnauthenticated,
                "this needs the passphrase of your key: run it at a terminal, or name a file with "
                "--passphrase-file or SEKISHO_PASSPHRASE_FILE");
  }
  return ask(prompt);
}

}  // namespace sekisho::tools
