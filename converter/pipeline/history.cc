// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "converter/history.h"

#include <algorithm>

#include "node/base/secret.h"

namespace sekisho::converter {
namespace {

constexpr std::string_view kFirstLine = "sekisho-history 1";
constexpr std::size_t kSaltSize = 32;
constexpr std::size_t kLinesMax = 4'000'000;

std::string_view view(const Mark& mark) {
  const void* const at = mark.data();
  return {static_cast<const char*>(at), mark.size()};
}

Result<Mark> parse_mark(std::string_view hex) {
  TRY(const Id16 id, Id16::from_hex(hex));
  return id.bytes;
}

std::string_view take_line(std::string_view& rest) {
  const std::size_t end = rest.find('\n');
  const std::string_view line = rest.substr(0, end);
  rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
  return line;
}

Status add_line(std::string_view line, History& out) {
  constexpr std::string_view kFile = "file ";
  constexpr std::string_view kPerson = "person ";
  constexpr std::size_t kMarkDigits = 32;
  if (line.starts_with(kFile)) {
    TRY(const Digest file, Digest::from_hex(line.substr(kFile.size())));
    out.add_file(file);
    return {};
  }
  const std::string_view marks =
      line.starts_with(kPerson) ? line.substr(kPerson.size()) : std::string_view{};
  if (marks.size() != 2 * kMarkDigits + 1 || marks[kMarkDigits] != ' ') {
    return fail(Code::kInvalidArgument, "history: a line is neither file nor person");
  }
  PersonMark mark;
  TRY(mark.person, parse_mark(marks.substr(0, kMarkDigits)));
  TRY(mark.content, parse_mark(marks.substr(kMarkDigits + 1)));
  out.add_person(mark);
  return {};
}

}  // namespace

Mark History::mark(std::string_view text, const Hasher& hasher) const {
  Bytes all = "sekisho/history/v1";
  put_u8(all, 0);
  all += salt_;
  all += text;
  const Digest digest = hasher(all);
  wipe(all);
  Mark out{};
  std::copy_n(digest.bytes.begin(), out.size(), out.begin());
  return out;
}

const Mark* History::content_of(const Mark& person) const {
  const auto found = persons_.find(person);
  return found == persons_.end() ? nullptr : &found->second;
}

Bytes History::render() const {
  Bytes out(kFirstLine);
  out += "\nsalt " + to_hex(salt_) + "\n";
  for (const Digest& file : files_) out += "file " + file.hex() + "\n";
  for (const auto& [person, content] : persons_) {
    out += "person " + to_hex(view(person)) + " " + to_hex(view(content)) + "\n";
  }
  return out;
}

Result<History> History::parse(BytesView text) {
  const std::string_view first = take_line(text);
  const std::string_view salt_line = take_line(text);
  constexpr std::string_view kSalt = "salt ";
  if (first != kFirstLine || !salt_line.starts_with(kSalt)) {
    return fail(Code::kInvalidArgument, "history: does not begin with \"sekisho-history 1\"");
  }
  TRY(Bytes salt, from_hex(salt_line.substr(kSalt.size())));
  if (salt.size() != kSaltSize) return fail(Code::kInvalidArgument, "history: salt of wrong size");
  History out(std::move(salt));
  for (std::size_t lines = 0; !text.empty(); ++lines) {
    if (lines == kLinesMax)
      return fail(Code::kInvalidArgument, "history: more than 4,000,000 lines");
    TRY_STATUS(add_line(take_line(text), out));
  }
  return out;
}

}  // namespace sekisho::converter
