// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "converter/pipeline/row.h"

namespace sekisho::converter {

// Writes the standard file: two columns per item. Items that a record leaves empty are written as
// prepared runs of separators. Collects output in memory; the caller takes it away.
class RowWriter {
 public:
  explicit RowWriter(const Definition& definition);

  // Byte order mark and header line, as the package says.
  void write_head();
  void write_row(Row& row);
  // What was written since the last clear().
  [[nodiscard]] std::string_view bytes() const { return {out_.data(), size_}; }
  void clear() { size_ = 0; }
  // Hands bytes() over in `room`, whose old room is used from now on; empty afterwards.
  void swap_room(std::string& room) {
    out_.swap(room);
    size_ = 0;
  }

 private:
  void put_empty(std::size_t fields) { pending_empty_ += fields; }
  void put_field(std::string_view text);
  void put_quoted(std::string_view text);
  void put_plain(std::string_view number);
  bool put_twice(std::string_view text);
  void put_encoded(std::string_view field);
  void put_slot(const Slot& slot);
  void flush_empty(bool at_end);
  void put_bytes(std::string_view text);
  void reserve(std::size_t more) {
    if (out_.size() < size_ + more) [[unlikely]]
      grow(more);
  }
  void grow(std::size_t more);
  void end_record();

  const Definition& definition_;
  bool cp932_;
  bool quote_all_;
  std::string empties_;     // prepared run for one record
  std::size_t empty_size_;  // bytes of one empty field with its separator
  std::size_t pending_empty_ = 0;
  std::string field_;  // one being encoded
  std::string out_;    // only the first size_ bytes count
  std::size_t size_ = 0;
};

}  // namespace sekisho::converter
