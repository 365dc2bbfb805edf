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

// Why reading stopped short.
struct ReadFailure {
  enum class Kind : std::uint8_t {
    kNone,
    kDecode,    // a byte that is no character of the encoding
    kMark,      // the required byte order mark is missing
    kQuote,     // text behind a closing quote, or a quote never closed
    kTooLong,   // a record over 4 MiB or 20,000 fields
    kFileSize,  // more bytes than allowed
    kSource,    // the source failed; see error
  };
  Kind kind = Kind::kNone;
  std::uint64_t byte_offset = 0;  // kDecode: of the first bad byte in the file
  std::uint64_t record = 0;       // the record it happened in, from 1, since the last restart
  std::uint32_t field = 0;        // the field of that record, from 1; 0 = not known
  Error error;
};

// Splits a delimited text file into records, decoding strictly as it goes. RFC 4180 with tolerance:
// CRLF, LF and CR all end a record; the last one may lack it; Ctrl-Z at the end is ignored; empty
// lines are no records; a quote inside an unquoted field is a character, and with
// kNoQuote every one is. Memory: a few chunks of
// 256 KiB and the longest record. One thread; the source outlives the reader.
class RecordReader {
 public:
  // With `fields_wanted`, fields from that number on are passed over and not counted; 0 wants all.
  RecordReader(ByteSource& source, Encoding encoding, char delimiter, std::uint64_t file_size_max,
               std::size_t fields_wanted = 0, char quote = '"');

  // Begins anew with what the source gives next, in the room there is. A byte order mark is looked
  // for only at the start of a file.
  void restart(bool at_file_start);

  // True: a record is there. False: the end, or a failure. Views of the earlier record end here.
  bool next();

  [[nodiscard]] std::size_t field_count() const { return field_count_; }
  [[nodiscard]] bool is_empty(std::size_t field) const { return fields_[field].size_and_flag < 2; }
  // The field's text between its quotes; doubled quotes still doubled. Views the reader's buffer.
  [[nodiscard]] std::string_view raw(std::size_t field) const {
    return {text_.data() + fields_[field].begin, fields_[field].size_and_flag >> 1};
  }
  [[nodiscard]] bool has_doubled_quotes(std::size_t field) const {
    return (fields_[field].size_and_flag & 1) != 0;
  }
  // The field's value as a string of its own.
  [[nodiscard]] std::string value(std::size_t field) const;
  // The record's text without its line end, as decoded.
  [[nodiscard]] std::string_view text() const { return {text_.data() + begin_, end_ - begin_}; }
  [[nodiscard]] const ReadFailure& failure() const { return failure_; }
  [[nodiscard]] std::uint64_t input_size_bytes() const { return input_size_bytes_; }

 private:
  enum class Scan : std::uint8_t { kRecord, kMore, kBadQuote, kTooLong };
  struct Field {
    std::uint32_t begin = 0;
    std::uint32_t size_and_flag = 0;  // size * 2, plus 1 when it has doubled quotes
  };

  enum class Stop : std::uint8_t { kLook, kLineEnd, kTextEnd };
  // Where scanning a record has come to: `field` is the next place in fields_.
  struct Run {
    std::size_t at = 0;
    Field* field = nullptr;
    Stop stop = Stop::kLook;
  };

  Scan scan();
  Run scan_plain(std::size_t at, Field* field, const Field* limit) const;
  Scan scan_quoted_field(Run& run) const;
  // Moves `at` to the closing quote; false when the buffer ends first.
  bool scan_quoted(std::size_t& at, bool& doubled) const;
  bool skip_to_line_end(std::size_t& at) const;
  bool make_room(Field*& field);
  [[nodiscard]] bool is_complete_end() const;
  bool refill();
  void decode_pending();
  bool take_mark();
  bool fail_with(ReadFailure::Kind kind);
  bool read_source();
  void finish_input();
  void locate_failure();

  ByteSource& source_;
  Encoding encoding_;
  char delimiter_;
  char quote_;
  std::uint64_t file_size_max_;
  std::size_t fields_wanted_;
  std::string text_;  // decoded; only the first text_size_ bytes count
  std::size_t text_size_ = 0;
  std::string pending_;  // read, not yet decoded; only the first pending_size_ bytes count
  std::size_t pending_size_ = 0;
  std::vector<Field> fields_;
  std::size_t field_count_ = 0;
  std::size_t at_ = 0;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::uint64_t input_size_bytes_ = 0;
  std::uint64_t record_count_ = 0;  // handed out
  std::uint64_t decoded_size_bytes_ = 0;
  bool mark_checked_ = false;
  bool source_ended_ = false;
  bool text_ended_ = false;  // no more text will come (end or bad byte)
  ReadFailure failure_;
};

// "a""b" -> a"b, for the inside of a quoted field.
[[nodiscard]] std::string undouble_quotes(std::string_view text);

}  // namespace sekisho::converter
