// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/sandbox/child.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>

#include <unistd.h>

#include "converter/text/encode.h"
#include "converter/text/fold.h"
#include "node/base/limits.h"
#include "node/crypto/hash.h"
#include "node/sandbox/confine.h"
#include "node/sandbox/wire.h"

namespace sekisho::sandbox {
namespace {

constexpr std::size_t kPackageFilesMax = 64;
constexpr Backstop kBackstop{.memory_bytes = limits::kFileSizeMax + 1024ull * limits::kMiB,
                             .cpu_seconds = 600};

Status read_all(std::span<char> into) {
  while (!into.empty()) {
    const ssize_t got = read(kInFd, into.data(), into.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return fail(Code::kIo, "the node has gone");
    into = into.subspan(static_cast<std::size_t>(got));
  }
  return {};
}

Status write_all(BytesView bytes) {
  while (!bytes.empty()) {
    const ssize_t put = write(kOutFd, bytes.data(), bytes.size());
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) return fail(Code::kIo, "the node has gone");
    bytes.remove_prefix(static_cast<std::size_t>(put));
  }
  return {};
}

Status write_frame(FrameKind kind, BytesView bytes) {
  TRY_STATUS(write_all(encode_head(kind, bytes.size())));
  return write_all(bytes);
}

Result<FrameHead> read_head() {
  char bytes[kFrameHeadSize];
  TRY_STATUS(read_all(bytes));
  return decode_head({bytes, sizeof bytes});
}

Result<Bytes> read_bytes(const FrameHead& head) {
  Bytes bytes(head.size, '\0');
  TRY_STATUS(read_all(bytes));
  return bytes;
}

class PieceSink final : public converter::OutputSink {
 public:
  Status write(BytesView bytes) override {
    while (!bytes.empty()) {
      const BytesView piece = bytes.substr(0, kOutputPieceMax);
      TRY_STATUS(write_frame(FrameKind::kOutput, piece));
      bytes.remove_prefix(piece.size());
    }
    return {};
  }
};

// Owns what the request views.
struct Received {
  Request request;
  Bytes map;
  std::map<std::string, Bytes> package;
  Secret file;
};

Status take_frame(const FrameHead& head, Received& out) {
  if (head.kind == FrameKind::kFile) {
    out.file = Secret(head.size);
    return read_all(out.file.writable());
  }
  TRY(Bytes bytes, read_bytes(head));
  switch (head.kind) {
    case FrameKind::kOptions:
      return decode_options(bytes, out.request);
    case FrameKind::kMap:
      out.map = std::move(bytes);
      return {};
    case FrameKind::kPackageFile: {
      if (out.package.size() == kPackageFilesMax) return fail(Code::kCorrupt, "too many files");
      TRY(auto file, decode_package_file(bytes));
      out.package.insert(std::move(file));
      return {};
    }
    default:
      return fail(Code::kCorrupt, "a frame that only children send");
  }
}

Status receive(Received& out) {
  FrameHead head;
  while (head.kind != FrameKind::kFile) {
    TRY(head, read_head());
    TRY_STATUS(take_frame(head, out));
  }
  out.request.file = out.file.view();
  out.request.map_file = out.map;
  out.request.package = &out.package;
  return {};
}

// Tables and algorithms that load themselves on first use do so while files can still be opened.
void warm_up() {
  static_cast<void>(crypto::sha256("warm"));
  static_cast<void>(converter::cp932_code(U'関'));
  static_cast<void>(converter::folded("ﾊﾟａ"));
  static_cast<void>(converter::compose_kana("か\u3099"));
}

Status serve() {
  warm_up();
  TRY(const bool locked, confine(kBackstop));
  const Hello hello{std::string(converter::kConverterVersion), locked};
  TRY_STATUS(write_frame(FrameKind::kHello, encode(hello)));
  Received received;
  TRY_STATUS(receive(received));
  PieceSink sink;
  TRY(const Performed done, perform(received.request, sink));
  TRY_STATUS(write_frame(FrameKind::kReport, done.report_csv));
  return write_frame(FrameKind::kReply, encode(done.reply));
}

}  // namespace

int run_child() { return serve() ? EXIT_SUCCESS : EXIT_FAILURE; }

}  // namespace sekisho::sandbox
