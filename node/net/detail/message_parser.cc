// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/net/detail/message_parser.h"

#include <cstring>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>

#include "node/base/check.h"
#include "node/base/limits.h"
#include "node/net/detail/header_name.h"

namespace sekisho::net::detail {
namespace {

namespace http = boost::beast::http;
using ErrorCode = boost::system::error_code;
using BeastView = boost::beast::string_view;

constexpr std::size_t kBufferSize = 32 * limits::kKiB;
constexpr std::size_t kFieldsMax = 100;

// Where a parser puts what it finds.
struct Target {
  MessageHead head;
  bool head_done = false;
  Bytes* body = nullptr;
};

// The two instances of basic_parser behind one face.
class Engine {
 public:
  virtual ~Engine() = default;
  virtual std::size_t feed(BytesView bytes, ErrorCode& error) = 0;
  virtual void end(ErrorCode& error) = 0;
  virtual void begin_body() = 0;
  virtual void skip_body() = 0;
  virtual void limit_body(std::uint64_t body_max) = 0;
  [[nodiscard]] virtual bool complete() const = 0;
  [[nodiscard]] virtual bool begun() const = 0;
};

template <bool kIsRequest>
class BeastEngine final : public Engine, private http::basic_parser<kIsRequest> {
 public:
  using Base = http::basic_parser<kIsRequest>;

  BeastEngine(Target* target, std::size_t header_max) : target_(target) {
    Base::header_limit(static_cast<std::uint32_t>(header_max));
    Base::body_limit(boost::none);
  }

  std::size_t feed(BytesView bytes, ErrorCode& error) override {
    return Base::put(boost::asio::buffer(bytes.data(), bytes.size()), error);
  }
  void end(ErrorCode& error) override { Base::put_eof(error); }
  void begin_body() override { Base::eager(true); }
  void skip_body() override { Base::skip(true); }
  void limit_body(std::uint64_t body_max) override { Base::body_limit(body_max); }
  [[nodiscard]] bool complete() const override { return Base::is_done(); }
  [[nodiscard]] bool begun() const override { return Base::got_some(); }

 private:
  void on_request_impl(http::verb /*verb*/, BeastView method, BeastView target, int version,
                       ErrorCode& /*error*/) override {
    target_->head.method.assign(method.data(), method.size());
    target_->head.target.assign(target.data(), target.size());
    target_->head.http_1_1 = version == 11;
  }

  void on_response_impl(int code, BeastView /*reason*/, int version,
                        ErrorCode& /*error*/) override {
    target_->head.status = static_cast<unsigned>(code);
    target_->head.http_1_1 = version == 11;
  }

  void on_field_impl(http::field field, BeastView name, BeastView value,
                     ErrorCode& error) override {
    if (target_->head_done) return;  // a trailer
    if (target_->head.headers.size() == kFieldsMax) {
      error = http::error::header_limit;
      return;
    }
    // Beast takes a coding it does not know for no body at all, which would let the body be read
    // as the next request.
    if (field == http::field::transfer_encoding && !same_header_name(value, "chunked")) {
      error = http::error::bad_transfer_encoding;
      return;
    }
    target_->head.headers.push_back({std::string(name), std::string(value)});
  }

  void on_header_impl(ErrorCode& /*error*/) override {
    MessageHead& head = target_->head;
    if (const auto length = Base::content_length()) head.content_length = *length;
    head.chunked = Base::chunked();
    head.keep_alive = Base::keep_alive();
    target_->head_done = true;
  }

  void on_body_init_impl(const boost::optional<std::uint64_t>& /*length*/,
                         ErrorCode& /*error*/) override {}

  std::size_t on_body_impl(BeastView bytes, ErrorCode& /*error*/) override {
    target_->body->append(bytes.data(), bytes.size());
    return bytes.size();
  }

  void on_chunk_header_impl(std::uint64_t /*size*/, BeastView /*extensions*/,
                            ErrorCode& /*error*/) override {}

  std::size_t on_chunk_body_impl(std::uint64_t /*remain*/, BeastView bytes,
                                 ErrorCode& /*error*/) override {
    target_->body->append(bytes.data(), bytes.size());
    return bytes.size();
  }

  void on_finish_impl(ErrorCode& /*error*/) override {}

  Target* target_;
};

Error describe(const ErrorCode& error) {
  if (error == http::error::header_limit) {
    return {Code::kResourceExhausted, "the header is larger than allowed"};
  }
  if (error == http::error::body_limit) {
    return {Code::kResourceExhausted, "the body is larger than allowed"};
  }
  if (error == http::error::partial_message || error == http::error::end_of_stream) {
    return {Code::kUnavailable, "the connection ended in the middle of a message"};
  }
  return {Code::kInvalidArgument, "not an HTTP/1.1 message: " + error.message()};
}

}  // namespace

struct MessageParser::Impl {
  Impl(Kind parser_kind, std::size_t max) : kind(parser_kind), header_max(max) {
    buffer.resize(kBufferSize);
  }

  void restart() {
    target = Target();
    head_size = 0;
    if (kind == Kind::kRequest) {
      engine = std::make_unique<BeastEngine<true>>(&target, header_max);
    } else {
      engine = std::make_unique<BeastEngine<false>>(&target, header_max);
    }
  }

  [[nodiscard]] BytesView unread() const { return BytesView(buffer).substr(begin, end - begin); }

  // Feeds what is there; true when the parser took a step, false when it wants more bytes.
  Result<bool> step() {
    if (begin == end) return false;
    ErrorCode error;
    const std::size_t taken = engine->feed(unread(), error);
    begin += taken;
    if (!target.head_done) head_size += taken;
    if (error == http::error::need_more) {
      if (end - begin == kBufferSize) return fail(describe(http::error::header_limit));
      return false;
    }
    if (error) return fail(describe(error));
    return true;
  }

  const Kind kind;
  const std::size_t header_max;
  std::string buffer;
  std::size_t begin = 0;
  std::size_t end = 0;
  std::size_t head_size = 0;
  Target target;
  std::unique_ptr<Engine> engine;
};

MessageParser::MessageParser(Kind kind, std::size_t header_max)
    : impl_(std::make_unique<Impl>(kind, header_max)) {
  impl_->restart();
}

MessageParser::~MessageParser() = default;
MessageParser::MessageParser(MessageParser&& other) noexcept = default;
MessageParser& MessageParser::operator=(MessageParser&& other) noexcept = default;

char* MessageParser::space() {
  Impl& s = *impl_;
  if (s.begin == s.end) {
    s.begin = s.end = 0;
  } else if (kBufferSize - s.end < kBufferSize / 2) {
    std::memmove(s.buffer.data(), s.buffer.data() + s.begin, s.end - s.begin);
    s.end -= std::exchange(s.begin, 0);
  }
  return s.buffer.data() + s.end;
}

std::size_t MessageParser::space_size() const { return kBufferSize - impl_->end; }

void MessageParser::commit(std::size_t size_bytes) {
  CHECK(size_bytes <= space_size());
  impl_->end += size_bytes;
}

Result<bool> MessageParser::parse_head() {
  Impl& s = *impl_;
  while (!s.target.head_done) {
    TRY(const bool stepped, s.step());
    const std::size_t pending = s.target.head_done ? 0 : s.end - s.begin;
    if (s.head_size + pending > s.header_max) return fail(describe(http::error::header_limit));
    if (!stepped) return false;
  }
  s.engine->begin_body();
  return true;
}

MessageHead& MessageParser::head() { return impl_->target.head; }

bool MessageParser::started() const { return impl_->engine->begun() || impl_->begin != impl_->end; }

void MessageParser::skip_body() { impl_->engine->skip_body(); }

Status MessageParser::limit_body(std::uint64_t body_max) {
  if (impl_->target.head.content_length.value_or(0) > body_max) {
    return fail(describe(http::error::body_limit));
  }
  impl_->engine->limit_body(body_max);
  return {};
}

Result<bool> MessageParser::parse_body(Bytes& out) {
  Impl& s = *impl_;
  CHECK(s.target.head_done);
  s.target.body = &out;
  while (!s.engine->complete()) {
    TRY(const bool stepped, s.step());
    if (!stepped) return false;
  }
  return true;
}

bool MessageParser::done() const { return impl_->target.head_done && impl_->engine->complete(); }

Status MessageParser::finish() {
  if (done()) return {};
  Bytes nothing;
  impl_->target.body = &nothing;
  ErrorCode error;
  if (!impl_->engine->begun()) return fail(describe(http::error::end_of_stream));
  impl_->engine->end(error);
  if (error) return fail(describe(error));
  return {};
}

void MessageParser::restart() { impl_->restart(); }

}  // namespace sekisho::net::detail
