// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "node/base/bytes.h"
#include "node/state/records.h"

// How a record becomes bytes. Each record lists its fields once, in records.cc, in
// each_field(codec, record); the Encoder and the Decoder walk that list, so they cannot disagree.
// Internal to node/state.
//
// u64, u32, u16, u8 big-endian; bool u8 0 or 1; enumerators u8; digests and ids as they are; bytes
// and texts u32 size and bytes; optional u8 0, or 1 and the value; lists u32 count and the values.
namespace sekisho::state::codec {

inline constexpr std::size_t kFieldSizeMax = 128 * 1024;

// The largest enumerator of each kind; all start at 1 and have no holes.
constexpr std::uint8_t enum_max(MemberStatus) { return 2; }
constexpr std::uint8_t enum_max(MapStatus) { return 3; }
constexpr std::uint8_t enum_max(ExchangeState) { return 9; }
constexpr std::uint8_t enum_max(BlobRole) { return 4; }
constexpr std::uint8_t enum_max(CustodyStatus) { return 3; }
constexpr std::uint8_t enum_max(ActionType) { return 6; }
constexpr std::uint8_t enum_max(ProposalClass) { return 3; }
constexpr std::uint8_t enum_max(ProposalStatus) { return 5; }
constexpr std::uint8_t enum_max(v1::MemberKind) { return 8; }
constexpr std::uint8_t enum_max(v1::KeyRole) { return 4; }
static_assert(v1::MemberKind_MAX == v1::AUDITOR && v1::AUDITOR == 8);
static_assert(v1::KeyRole_MAX == v1::NODE && v1::NODE == 4);

class Encoder {
 public:
  template <typename... Fields>
  void operator()(const Fields&... fields) {
    (put(fields), ...);
  }
  [[nodiscard]] Bytes take() { return std::move(out_); }

 private:
  void put(bool value) { put_u8(out_, value ? 1 : 0); }
  void put(std::uint8_t value) { put_u8(out_, value); }
  void put(std::uint16_t value) { put_u16(out_, value); }
  void put(std::uint32_t value) { put_u32(out_, value); }
  void put(std::uint64_t value) { put_u64(out_, value); }
  void put(const Digest& value) { out_.append(value.view()); }
  void put(const Id16& value) { out_.append(value.view()); }
  void put(const std::string& value) { put_sized(out_, value); }
  template <typename E>
    requires std::is_enum_v<E>
  void put(E value) {
    put_u8(out_, static_cast<std::uint8_t>(value));
  }
  template <typename T>
  void put(const std::optional<T>& value) {
    put(value.has_value());
    if (value) put(*value);
  }
  template <typename T>
  void put(const std::vector<T>& values) {
    put_u32(out_, static_cast<std::uint32_t>(values.size()));
    for (const T& value : values) put(value);
  }
  template <typename T>
    requires std::is_class_v<T>
  void put(const T& value) {
    each_field(*this, value);
  }

  Bytes out_;
};

// Reads until something is wrong, and then nothing more; finish() tells.
class Decoder {
 public:
  explicit Decoder(BytesView bytes) : reader_(bytes) {}

  template <typename... Fields>
  void operator()(Fields&... fields) {
    (get(fields), ...);
  }
  [[nodiscard]] Status finish() {
    if (!failed_ && reader_.at_end()) return {};
    return fail(Code::kCorrupt, "a state record does not decode");
  }

 private:
  template <typename T, typename From>
  void assign(T& value, Result<From>&& from) {
    if (failed_ || !from) {
      failed_ = true;
      return;
    }
    value = T(*from);
  }
  void get(bool& value) {
    std::uint8_t byte = 0;
    get(byte);
    failed_ = failed_ || byte > 1;
    value = byte == 1;
  }
  void get(std::uint8_t& value) { assign(value, reader_.u8()); }
  void get(std::uint16_t& value) { assign(value, reader_.u16()); }
  void get(std::uint32_t& value) { assign(value, reader_.u32()); }
  void get(std::uint64_t& value) { assign(value, reader_.u64()); }
  void get(Digest& value) { assign(value, reader_.digest()); }
  void get(Id16& value) {
    BytesView bytes;
    assign(bytes, reader_.take(Id16::kSize));
    if (!failed_) value = *Id16::from_bytes(bytes);
  }
  void get(std::string& value) { assign(value, reader_.sized(kFieldSizeMax)); }
  template <typename E>
    requires std::is_enum_v<E>
  void get(E& value) {
    std::uint8_t byte = 0;
    get(byte);
    failed_ = failed_ || byte == 0 || byte > enum_max(E{});
    if (!failed_) value = static_cast<E>(byte);
  }
  template <typename T>
  void get(std::optional<T>& value) {
    bool present = false;
    get(present);
    if (present && !failed_) get(value.emplace());
  }
  template <typename T>
  void get(std::vector<T>& values) {
    std::uint32_t count = 0;
    get(count);
    failed_ = failed_ || count > reader_.rest().size();
    for (std::uint32_t i = 0; i < count && !failed_; ++i) get(values.emplace_back());
  }
  template <typename T>
    requires std::is_class_v<T>
  void get(T& value) {
    each_field(*this, value);
  }

  ByteReader reader_;
  bool failed_ = false;
};

// True for T and const T.
template <typename T, typename Record>
concept Is = std::same_as<std::remove_const_t<T>, Record>;

}  // namespace sekisho::state::codec
