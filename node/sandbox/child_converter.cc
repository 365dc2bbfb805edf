// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/sandbox/child_converter.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <filesystem>
#include <optional>
#include <vector>

#include <poll.h>
#include <sys/socket.h>

#include "node/base/limits.h"
#include "node/base/log.h"
#include "node/sandbox/child_process.h"
#include "node/sandbox/secret_sink.h"
#include "node/sandbox/wire.h"

namespace sekisho::sandbox {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kSliceMs = 100;  // how soon a cancellation is noticed

// One conversation with one child: sends the request and takes the answer in whatever order the
// socket allows, so that neither side can block the other.
class Conversation {
 public:
  Conversation(int socket, const Request& request) : socket_(socket) {
    add(FrameKind::kOptions, encode_options(request));
    add(FrameKind::kMap, Bytes(request.map_file));
    for (const auto& [name, bytes] : *request.package) {
      add(FrameKind::kPackageFile, encode_package_file(name, bytes));
    }
    own_.push_back(encode_head(FrameKind::kFile, request.file.size()));
    outgoing_.assign(own_.begin(), own_.end());
    outgoing_.push_back(request.file);
  }

  [[nodiscard]] bool done() const { return reply_.has_value(); }
  [[nodiscard]] const std::optional<Hello>& hello() const { return hello_; }

  // One round of waiting, at most a slice, then sending and taking what can be.
  Status step() {
    const bool sending = at_ < outgoing_.size();
    pollfd poll_for{socket_, static_cast<short>(POLLIN | (sending ? POLLOUT : 0)), 0};
    const int ready = poll(&poll_for, 1, kSliceMs);
    if (ready <= 0) return {};
    if ((poll_for.revents & POLLOUT) != 0) TRY_STATUS(send_some());
    if ((poll_for.revents & (POLLIN | POLLHUP | POLLERR)) != 0) TRY_STATUS(take_some());
    return {};
  }

  ConvertedFile take() {
    ConvertedFile out;
    out.reply = std::move(*reply_);
    if (out.reply.delivered) out.standard = output_.take();
    out.report_csv = std::move(report_);
    return out;
  }

 private:
  void add(FrameKind kind, Bytes bytes) {
    own_.push_back(encode_head(kind, bytes.size()));
    own_.push_back(std::move(bytes));
  }

  Status send_some() {
    BytesView& piece = outgoing_[at_];
    const ssize_t sent = send(socket_, piece.data(), piece.size(), MSG_NOSIGNAL);
    if (sent < 0 && (errno == EAGAIN || errno == EINTR)) return {};
    if (sent < 0) return fail(Code::kInternal, "it takes no more input");
    piece.remove_prefix(static_cast<std::size_t>(sent));
    while (at_ < outgoing_.size() && outgoing_[at_].empty()) ++at_;
    return {};
  }

  Status take_some() {
    const std::size_t size = in_head_ ? kFrameHeadSize : frame_.size();
    char* const into = in_head_ ? head_bytes_ : frame_.writable().data();
    const ssize_t got = recv(socket_, into + filled_, size - filled_, 0);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return {};
    if (got <= 0) return fail(Code::kInternal, "it ended before its answer");
    filled_ += static_cast<std::size_t>(got);
    if (filled_ < size) return {};
    filled_ = 0;
    if (!in_head_) return take_frame();
    TRY(head_, decode_head({head_bytes_, kFrameHeadSize}));
    if (head_.kind < FrameKind::kHello) return out_of_turn();
    frame_ = Secret(static_cast<std::size_t>(head_.size));
    in_head_ = head_.size == 0;
    return head_.size == 0 ? take_frame() : Status();
  }

  Status take_frame() {
    in_head_ = true;
    if (head_.kind != FrameKind::kHello && !hello_) return out_of_turn();
    switch (head_.kind) {
      case FrameKind::kHello: {
        if (hello_) return out_of_turn();
        TRY(hello_, decode_hello(frame_.view()));
        return {};
      }
      case FrameKind::kOutput:
        output_size_ += frame_.size();
        if (output_size_ > limits::kFileSizeMax + kOutputPieceMax) return out_of_turn();
        return output_.write(frame_.view());
      case FrameKind::kReport:
        report_ = std::move(frame_);
        return {};
      case FrameKind::kReply: {
        TRY(reply_, decode_reply(frame_.view()));
        return {};
      }
      default:
        return out_of_turn();
    }
  }

  static Status out_of_turn() { return fail(Code::kInternal, "it breaks the protocol"); }

  int socket_;
  std::vector<Bytes> own_;
  std::vector<BytesView> outgoing_;
  std::size_t at_ = 0;
  bool in_head_ = true;
  char head_bytes_[kFrameHeadSize] = {};
  FrameHead head_;
  Secret frame_;
  std::size_t filled_ = 0;
  std::optional<Hello> hello_;
  SecretSink output_;
  std::uint64_t output_size_ = 0;
  Secret report_;
  std::optional<Reply> reply_;
};

}  // namespace

Result<ConvertedFile> ChildConverter::convert(const Request& request) {
  if (cancelled_) return fail(Code::kCancelled, "the node is stopping");
  TRY(ChildProcess child, ChildProcess::start(options_.program));
  Conversation conversation(child.socket(), request);
  const auto deadline = Clock::now() + std::chrono::milliseconds(options_.deadline_ms);
  while (!conversation.done()) {
    Status status = conversation.step();
    if (cancelled_) return fail(Code::kCancelled, "the node is stopping");
    if (status && Clock::now() > deadline) status = fail(Code::kInternal, "it takes too long");
    if (!status) {
      return fail(Code::kInternal,
                  "the conversion process " + child.end() + ": " + status.error().context);
    }
  }
  if (conversation.hello()->converter_version != converter::kConverterVersion) {
    return fail(Code::kUnavailable, options_.program + " has converter version " +
                                        conversation.hello()->converter_version +
                                        "; install the one that belongs to this node");
  }
  if (!conversation.hello()->memory_locked && !warned_of_unlocked_memory_) {
    warned_of_unlocked_memory_ = true;
    log::warning("conversion_memory_not_locked",
                 {{"what_to_do", "raise LimitMEMLOCK (docs/operations.md)"}});
  }
  return conversation.take();
}

Result<std::string> find_convert_program() {
  std::error_code error;
  const auto self = std::filesystem::read_symlink("/proc/self/exe", error);
  const auto program = self.parent_path() / "sekisho-convert";
  if (!error && std::filesystem::exists(program, error)) return program.string();
  return fail(Code::kNotFound, program.string() +
                                   " is missing; a converter node needs it beside sekisho-node, or "
                                   "converter.program in its configuration");
}

}  // namespace sekisho::sandbox
