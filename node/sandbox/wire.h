// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "node/sandbox/file_converter.h"

namespace sekisho::sandbox {

// What node and child say to each other over one socket: frames of kind (1 byte), size (u64) and
// bytes. The node sends kOptions, kMap, one kPackageFile for each, kFile; the child answers kHello
// once it is confined, then kOutput pieces, kReport, kReply. Neither trusts the other: every size
// has a bound, every order but this one is an error.
enum class FrameKind : std::uint8_t {
  kOptions = 1,
  kMap,
  kPackageFile,
  kFile,
  kHello = 11,
  kOutput,
  kReport,
  kReply,
};

inline constexpr std::size_t kFrameHeadSize = 9;
inline constexpr std::size_t kOutputPieceMax = 1 << 20;
inline constexpr std::size_t kReportSizeMax = 64 << 20;
inline constexpr std::size_t kPackageSizeMax = 32 << 20;

struct FrameHead {
  FrameKind kind{};
  std::uint64_t size = 0;
};
[[nodiscard]] Bytes encode_head(FrameKind kind, std::uint64_t size);
// kCorrupt for an unknown kind or a size over that kind's bound.
[[nodiscard]] Result<FrameHead> decode_head(BytesView bytes);

// Converter version and whether all memory is locked.
struct Hello {
  std::string converter_version;
  bool memory_locked = false;
};
[[nodiscard]] Bytes encode(const Hello& hello);
[[nodiscard]] Result<Hello> decode_hello(BytesView bytes);

// Only date, allow_partial and receiver_insurer_number.
[[nodiscard]] Bytes encode_options(const Request& request);
[[nodiscard]] Status decode_options(BytesView bytes, Request& out);

[[nodiscard]] Bytes encode_package_file(const std::string& name, BytesView bytes);
[[nodiscard]] Result<std::pair<std::string, Bytes>> decode_package_file(BytesView bytes);

// At most 500 counts; codes are 1 to 64 of A-Z 0-9 - # > and blank-free, so that they may stand on
// the ledger and in logs whatever the child sends.
[[nodiscard]] Bytes encode(const Reply& reply);
[[nodiscard]] Result<Reply> decode_reply(BytesView bytes);

}  // namespace sekisho::sandbox
