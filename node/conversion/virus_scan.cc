// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/conversion/virus_scan.h"

#include <cerrno>
#include <cstring>
#include <ctime>

#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

namespace sekisho::conversion {
namespace {

constexpr std::size_t kPieceSize = 1 << 20;
constexpr std::size_t kAnswerMax = 4096;
constexpr std::size_t kNameMax = 100;
constexpr std::time_t kSilenceSeconds = 120;  // that clamd may take for one step

tl::unexpected<Error> unavailable(const std::string& what) {
  return fail(Code::kUnavailable, "the virus scanner " + what + "; is clamd running?");
}

class Scanner {
 public:
  Scanner() : socket_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {}
  ~Scanner() {
    if (socket_ >= 0) close(socket_);
  }
  Scanner(const Scanner&) = delete;
  Scanner& operator=(const Scanner&) = delete;

  Status connect(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path) return unavailable("has too long a socket path");
    path.copy(address.sun_path, path.size());
    const timeval silence{kSilenceSeconds, 0};
    setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &silence, sizeof silence);
    setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &silence, sizeof silence);
    const void* const raw = &address;
    if (::connect(socket_, static_cast<const sockaddr*>(raw), sizeof address) != 0) {
      return unavailable("does not answer at " + path);
    }
    return {};
  }

  Status send(BytesView bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent < 0 && errno == EINTR) continue;
      if (sent <= 0) return unavailable("stopped listening");
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return {};
  }

  // Up to the zero byte that ends an answer.
  Result<std::string> answer() {
    std::string out;
    while (out.size() < kAnswerMax) {
      char buffer[512];
      const ssize_t got = recv(socket_, buffer, sizeof buffer, 0);
      if (got < 0 && errno == EINTR) continue;
      if (got <= 0) return unavailable("gave no answer");
      out.append(buffer, static_cast<std::size_t>(got));
      if (const auto end = out.find('\0'); end != std::string::npos) return out.substr(0, end);
    }
    return unavailable("answers without end");
  }

 private:
  int socket_;
};

std::string printable(std::string_view name) {
  std::string out(name.substr(0, kNameMax));
  for (char& c : out) {
    if (c < ' ' || c > '~') c = '?';
  }
  return out;
}

}  // namespace

Result<std::optional<std::string>> scan_for_viruses(const std::string& socket_path,
                                                    BytesView bytes) {
  Scanner scanner;
  TRY_STATUS(scanner.connect(socket_path));
  TRY_STATUS(scanner.send(BytesView("zINSTREAM\0", 10)));
  while (!bytes.empty()) {
    const BytesView piece = bytes.substr(0, kPieceSize);
    Bytes head;
    put_u32(head, static_cast<std::uint32_t>(piece.size()));
    TRY_STATUS(scanner.send(head));
    TRY_STATUS(scanner.send(piece));
    bytes.remove_prefix(piece.size());
  }
  TRY_STATUS(scanner.send(BytesView("\0\0\0\0", 4)));
  TRY(const std::string answer, scanner.answer());
  constexpr std::string_view kFound = " FOUND";
  constexpr std::string_view kStream = "stream: ";
  if (answer == "stream: OK") return std::optional<std::string>();
  if (answer.starts_with(kStream) && answer.ends_with(kFound) &&
      answer.size() > kStream.size() + kFound.size()) {
    const auto name = std::string_view(answer).substr(kStream.size());
    return std::optional(printable(name.substr(0, name.size() - kFound.size())));
  }
  // Among them "INSTREAM size limit exceeded": not scanned is not clean.
  return unavailable("gave no clear answer (" + printable(answer) + ")");
}

}  // namespace sekisho::conversion
