// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/sandbox/wire.h"

#include <algorithm>

#include "node/base/limits.h"

namespace sekisho::sandbox {
namespace {

constexpr std::size_t kCodeSizeMax = 64;
constexpr std::size_t kCountsMax = 500;
constexpr std::size_t kSmallFrameMax = 64 * limits::kKiB;

std::uint64_t size_max(FrameKind kind) {
  switch (kind) {
    case FrameKind::kOptions:
    case FrameKind::kHello:
    case FrameKind::kReply:
      return kSmallFrameMax;
    case FrameKind::kMap:
      return limits::kMapFileSizeMax;
    case FrameKind::kPackageFile:
      return kPackageSizeMax;
    case FrameKind::kFile:
      return limits::kFileSizeMax;
    case FrameKind::kOutput:
      return kOutputPieceMax;
    case FrameKind::kReport:
      return kReportSizeMax;
  }
  return 0;
}

bool is_code(std::string_view text) {
  constexpr std::string_view kAllowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-#>";
  return !text.empty() && text.size() <= kCodeSizeMax &&
         text.find_first_not_of(kAllowed) == std::string_view::npos;
}

Result<bool> read_flag(ByteReader& reader) {
  TRY(const std::uint8_t value, reader.u8());
  if (value > 1) return fail(Code::kCorrupt, "a flag is neither 0 nor 1");
  return value == 1;
}

}  // namespace

Bytes encode_head(FrameKind kind, std::uint64_t size) {
  Bytes out;
  put_u8(out, static_cast<std::uint8_t>(kind));
  put_u64(out, size);
  return out;
}

Result<FrameHead> decode_head(BytesView bytes) {
  ByteReader reader(bytes);
  TRY(const std::uint8_t kind, reader.u8());
  TRY(const std::uint64_t size, reader.u64());
  const FrameHead head{static_cast<FrameKind>(kind), size};
  if (size_max(head.kind) == 0) return fail(Code::kCorrupt, "a frame of unknown kind");
  if (size > size_max(head.kind)) return fail(Code::kCorrupt, "a frame larger than allowed");
  return head;
}

Bytes encode(const Hello& hello) {
  Bytes out;
  put_sized(out, hello.converter_version);
  put_u8(out, hello.memory_locked ? 1 : 0);
  return out;
}

Result<Hello> decode_hello(BytesView bytes) {
  ByteReader reader(bytes);
  Hello hello;
  TRY(const BytesView version, reader.sized(kCodeSizeMax));
  hello.converter_version = version;
  TRY(hello.memory_locked, read_flag(reader));
  TRY_STATUS(reader.finish());
  return hello;
}

Bytes encode_options(const Request& request) {
  Bytes out;
  put_u32(out, static_cast<std::uint32_t>(request.conversion_date.yyyymmdd));
  put_u8(out, request.allow_partial ? 1 : 0);
  put_sized(out, request.receiver_insurer_number);
  return out;
}

Status decode_options(BytesView bytes, Request& out) {
  ByteReader reader(bytes);
  TRY(const std::uint32_t date, reader.u32());
  if (date > 99991231) return fail(Code::kCorrupt, "a date beyond the year 9999");
  out.conversion_date = converter::Date{static_cast<std::int32_t>(date)};
  TRY(out.allow_partial, read_flag(reader));
  TRY(const BytesView receiver, reader.sized(kCodeSizeMax));
  out.receiver_insurer_number = receiver;
  return reader.finish();
}

Bytes encode_package_file(const std::string& name, BytesView bytes) {
  Bytes out;
  put_sized(out, name);
  out += bytes;
  return out;
}

Result<std::pair<std::string, Bytes>> decode_package_file(BytesView bytes) {
  ByteReader reader(bytes);
  TRY(const BytesView name, reader.sized(limits::kNameMax));
  return std::pair(std::string(name), Bytes(bytes.substr(4 + name.size())));
}

Bytes encode(const Reply& reply) {
  Bytes out;
  put_u8(out, reply.delivered ? 1 : 0);
  put_u64(out, reply.persons_out);
  put_u64(out, reply.persons_held);
  put_sized(out, reply.failure_code);
  const std::size_t count = std::min(reply.counts.size(), kCountsMax);
  put_u32(out, static_cast<std::uint32_t>(count));
  for (std::size_t i = 0; i < count; ++i) {
    put_sized(out, reply.counts[i].first);
    put_u64(out, reply.counts[i].second);
  }
  return out;
}

Result<Reply> decode_reply(BytesView bytes) {
  ByteReader reader(bytes);
  Reply reply;
  TRY(reply.delivered, read_flag(reader));
  TRY(reply.persons_out, reader.u64());
  TRY(reply.persons_held, reader.u64());
  TRY(const BytesView failure, reader.sized(kCodeSizeMax));
  if (reply.delivered != failure.empty() || (!failure.empty() && !is_code(failure))) {
    return fail(Code::kCorrupt, "a reply whose failure code does not fit");
  }
  reply.failure_code = failure;
  TRY(const std::uint32_t count, reader.u32());
  if (count > kCountsMax) return fail(Code::kCorrupt, "a reply with too many counts");
  for (std::uint32_t i = 0; i < count; ++i) {
    TRY(const BytesView code, reader.sized(kCodeSizeMax));
    TRY(const std::uint64_t times, reader.u64());
    if (!is_code(code) || (i > 0 && reply.counts.back().first >= code)) {
      return fail(Code::kCorrupt, "a reply with a wrong code");
    }
    reply.counts.emplace_back(code, times);
  }
  TRY_STATUS(reader.finish());
  return reply;
}

}  // namespace sekisho::sandbox
