// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "node/base/bytes.h"
#include "node/base/result.h"
#include "node/crypto/commitment.h"

namespace sekisho::crypto {

// What stands inside an envelope: a MIME entity of exactly three headers in this order, CRLF line
// ends, a blank line, then the file's bytes untouched.
//
//   Content-Type: text/csv; charset=Shift_JIS
//   Content-Disposition: attachment; filename="kekka.csv"; filename*=UTF-8''%E7%B5%90%E6%9E%9C.csv
//   X-Sekisho-Salt: <64 lower-case hex digits>
//
// `filename` is an ASCII stand-in for old readers; `filename*` (RFC 8187) is the name and is always
// there. Any thread.
struct MimeEntity {
  std::string content_type;
  std::string file_name;  // UTF-8
  Salt salt;
  BytesView body;  // views what was parsed
};

inline constexpr std::size_t kMimeHeadSizeMax = 4096;
inline constexpr std::size_t kFileNameSizeMax = 255;  // UTF-8 bytes

// A plain file name: valid UTF-8, 1 to kFileNameSizeMax bytes, no control character (C0, DEL, C1,
// line and paragraph separators, bidirectional overrides), no '/' or '\', neither "." nor "..".
// kInvalidArgument otherwise.
[[nodiscard]] Status check_file_name(std::string_view file_name);

// The headers and the blank line; the file's bytes follow (seal_envelope takes both as parts).
// kInvalidArgument for a bad file name or a content type that is not type/subtype with simple
// parameters, so nothing can smuggle a line in.
[[nodiscard]] Result<Bytes> make_mime_head(std::string_view content_type,
                                           std::string_view file_name, const Salt& salt);

// Reads what make_mime_head wrote before a body; kInvalidArgument for anything else. The input is
// an opened envelope: authentic, but written by another organisation's software, so not trusted.
[[nodiscard]] Result<MimeEntity> parse_mime_entity(BytesView entity);

}  // namespace sekisho::crypto
