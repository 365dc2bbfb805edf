// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "converter/convert.h"
#include "converter/map_file.h"

namespace sekisho::converter {

// One field of a record, viewing the reader's buffer; valid until the next call of next().
struct Field {
  const char* data = nullptr;
  std::uint32_t size_bytes = 0;
  bool doubled_quotes = false;  // `""` inside must still be read as `"`

  [[nodiscard]] std::string_view raw() const { return {data, size_bytes}; }
  // The value; `scratch` holds it when quotes had to be undoubled.
  [[nodiscard]] std::string_view value(std::string& scratch) const;
};

// Why reading stopped short.
struct ReadFailure {
  enum class Kind : std::uint8_t {
    kNone,
    kDecode,     // a byte that is no character of the encoding
    kMark,       // the required byte order mark is missing
    kQuote,      // text behind a closing quote, or a quote never closed
    kTooLong,    // a record over 4 MiB or 20,000 fields
    kFileSize,   // more bytes than allowed
    kSource,     // the source failed; see error
  };
  Kind kind = Kind::kNone;
  std::uint64_t byte_offset = 0;  // kDecode: of the first bad byte in the file
  Error error;
};

// Splits a delimited text file into records, decoding strictly as it goes. RFC 4180 with tolerance:
// CRLF, LF and CR all end a record; the last one may lack it; Ctrl-Z at the end is ignored; empty
// lines are no records; a quote inside an unquoted field is a character. Memory: two chunks of 256 KiB
// and the longest record. One thread; the source outlives the reader.
class RecordReader {
 public:
  RecordReader(ByteSource& source, Encoding encoding, char delimiter, std::uint64_t file_size_max);

  // True: a record is there. False: the end, or a failure.
  bool next();
  [[nodiscard]] const std::vector<Field>& fields() const { return fields_; }
  // The record's text without its line end, as decoded.
  [[nodiscard]] std::string_view text() const { return {text_.data() + begin_, end_ - begin_}; }
  [[nodiscard]] const ReadFailure& failure() const { return failure_; }
  [[nodiscard]] std::uint64_t input_size_bytes() const { return input_size_bytes_; }

 private:
  enum class Scan : std::uint8_t { kRecord, kMore, kBadQuote, kTooLong };
  Scan scan();
  // Moves `at` behind the field's content; false when the buffer ends first.
  bool scan_plain(std::size_t& at);
  bool scan_quoted(std::size_t& at, bool& doubled);
  bool refill();
  bool decode_pending();
  bool take_mark();
  bool fail_with(ReadFailure::Kind kind);
  bool read_source();
  void finish_input();

  ByteSource& source_;
  Encoding encoding_;
  char delimiter_;
  std::uint64_t file_size_max_;
  std::string text_;     // decoded, not yet handed out from at_ on
  std::string pending_;  // read, not yet decoded
  std::vector<char> chunk_;
  std::vector<Field> fields_;
  std::size_t at_ = 0;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::uint64_t input_size_bytes_ = 0;
  std::uint64_t decoded_size_bytes_ = 0;
  bool mark_checked_ = false;
  bool source_ended_ = false;
  bool text_ended_ = false;  // no more text will come (end or bad byte)
  ReadFailure failure_;
};

}  // namespace sekisho::converter
