// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/crypto/mime_entity.h"

#include <algorithm>

#include "node/base/check.h"
#include "node/crypto/detail/utf8.h"

namespace sekisho::crypto {
namespace {

constexpr std::string_view kTypeStart = "Content-Type: ";
constexpr std::string_view kNameStart = "Content-Disposition: attachment; filename=\"";
constexpr std::string_view kNameMiddle = "\"; filename*=UTF-8''";
constexpr std::string_view kSaltStart = "X-Sekisho-Salt: ";
constexpr std::string_view kLineEnd = "\r\n";
constexpr std::string_view kHeadEnd = "\r\n\r\n";
constexpr std::size_t kContentTypeSizeMax = 200;

bool is_alphanumeric(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

// attr-char of RFC 8187: what needs no percent sign.
bool is_attribute_char(char c) {
  return is_alphanumeric(c) || std::string_view("!#$&+-.^_`|~").find(c) != std::string_view::npos;
}

// token of RFC 2045.
bool is_token(std::string_view text) {
  const auto allowed = [](char c) {
    return is_alphanumeric(c) ||
           std::string_view("!#$&+-.^_`|~%'*").find(c) != std::string_view::npos;
  };
  return !text.empty() && std::ranges::all_of(text, allowed);
}

bool is_pair(std::string_view text, char separator) {
  const std::size_t at = text.find(separator);
  return at != std::string_view::npos && is_token(text.substr(0, at)) &&
         is_token(text.substr(at + 1));
}

// type/subtype *("; " name=value), tokens only.
bool is_content_type(std::string_view text) {
  if (text.size() > kContentTypeSizeMax) return false;
  char separator = '/';
  for (;;) {
    const std::size_t end = text.find("; ");
    if (!is_pair(text.substr(0, end), separator)) return false;
    if (end == std::string_view::npos) return true;
    text.remove_prefix(end + 2);
    separator = '=';
  }
}

// One underscore for each character that a plain quoted file name cannot carry everywhere.
std::string ascii_stand_in(std::string_view file_name) {
  std::string stand_in;
  while (!file_name.empty()) {
    const char32_t character = detail::take_character(file_name).value_or(U'\0');
    CHECK(character != U'\0');  // the name was checked
    const bool plain = character < 0x80 && character != U'"' && character != U'%';
    stand_in.push_back(plain ? static_cast<char>(character) : '_');
  }
  return stand_in;
}

std::string percent_encode(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : text) {
    if (is_attribute_char(c)) {
      encoded.push_back(c);
      continue;
    }
    const auto value = static_cast<unsigned char>(c);
    encoded.push_back('%');
    encoded.push_back(kDigits[value >> 4]);
    encoded.push_back(kDigits[value & 0xf]);
  }
  return encoded;
}

Result<std::string> percent_decode(std::string_view text) {
  std::string decoded;
  while (!text.empty()) {
    if (text.front() != '%') {
      decoded.push_back(text.front());
      text.remove_prefix(1);
      continue;
    }
    TRY(const Bytes byte, from_hex(text.substr(1, 2)));
    if (byte.size() != 1) return fail(Code::kInvalidArgument, "a percent sign without two digits");
    decoded.append(byte);
    text.remove_prefix(3);
  }
  return decoded;
}

tl::unexpected<Error> not_ours(const char* reason) {
  return fail(Code::kInvalidArgument,
              std::string("what was sealed is not a file in the form in use here: ") + reason);
}

// The rest of the line that starts as given; moves past it.
Result<std::string_view> take_line(std::string_view& head, std::string_view start) {
  if (!head.starts_with(start)) return not_ours("a header is missing or out of place");
  const std::size_t end = head.find(kLineEnd);
  if (end == std::string_view::npos) return not_ours("a header line does not end");
  const std::string_view value = head.substr(start.size(), end - start.size());
  head.remove_prefix(end + kLineEnd.size());
  return value;
}

Result<std::string> read_file_name(std::string_view disposition) {
  const std::size_t at = disposition.rfind(kNameMiddle);
  if (at == std::string_view::npos) return not_ours("the file name is missing");
  return percent_decode(disposition.substr(at + kNameMiddle.size()));
}

}  // namespace

Status check_file_name(std::string_view file_name) {
  const auto refuse = [](const char* reason) -> Status {
    return fail(Code::kInvalidArgument, std::string("the file name is not usable: ") + reason);
  };
  if (file_name.empty()) return refuse("it is empty");
  if (file_name.size() > kFileNameSizeMax) return refuse("it is longer than 255 bytes");
  if (file_name == "." || file_name == "..") return refuse("it names a folder");
  while (!file_name.empty()) {
    const auto character = detail::take_character(file_name);
    if (!character) return refuse("it is not UTF-8");
    if (detail::is_invisible(*character)) return refuse("it has a control character");
    if (*character == '/' || *character == '\\') return refuse("it names a folder");
  }
  return {};
}

Result<Bytes> make_mime_head(std::string_view content_type, std::string_view file_name,
                             const Salt& salt) {
  if (!is_content_type(content_type))
    return fail(Code::kInvalidArgument, "the content type is not type/subtype with parameters");
  TRY_STATUS(check_file_name(file_name));
  Bytes head;
  head.append(kTypeStart).append(content_type).append(kLineEnd);
  head.append(kNameStart).append(ascii_stand_in(file_name));
  head.append(kNameMiddle).append(percent_encode(file_name)).append(kLineEnd);
  head.append(kSaltStart).append(salt.hex()).append(kHeadEnd);
  return head;
}

Result<MimeEntity> parse_mime_entity(BytesView entity) {
  const std::size_t end = entity.substr(0, kMimeHeadSizeMax).find(kHeadEnd);
  if (end == BytesView::npos) return not_ours("there is no end of headers within 4096 bytes");
  const std::string_view head = entity.substr(0, end + kHeadEnd.size());
  std::string_view rest = head;
  MimeEntity parsed;
  TRY(parsed.content_type, take_line(rest, kTypeStart));
  TRY(const std::string_view disposition, take_line(rest, kNameStart));
  TRY(parsed.file_name, read_file_name(disposition));
  TRY(const std::string_view salt, take_line(rest, kSaltStart));
  TRY(parsed.salt, Salt::from_hex(salt));
  // One entity has one head: whatever was bent above shows here.
  TRY(const Bytes canonical, make_mime_head(parsed.content_type, parsed.file_name, parsed.salt));
  if (canonical != head) return not_ours("its headers are not written in the one exact way");
  parsed.body = entity.substr(head.size());
  return parsed;
}

}  // namespace sekisho::crypto
