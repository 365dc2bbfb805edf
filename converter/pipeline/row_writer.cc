// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "converter/pipeline/row_writer.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "converter/text/encode.h"
#include "converter/text/output_field.h"
#include "node/base/check.h"

namespace sekisho::converter {
namespace {

// What a byte asks of the writer: to be copied, to be encoded, or to be quoted.
enum class Care : std::uint8_t { kCopy = 0, kEncode = 1, kQuote = 2 };
constexpr std::array<Care, 256> make_cares() {
  std::array<Care, 256> cares{};
  for (std::size_t c = 0x80; c < 0x100; ++c) cares[c] = Care::kEncode;
  for (const char c : {',', '"', '\n', '\r'}) cares[static_cast<std::uint8_t>(c)] = Care::kQuote;
  return cares;
}
constexpr std::array<Care, 256> kCares = make_cares();

Care care_of(char c) { return kCares[static_cast<std::uint8_t>(c)]; }

}  // namespace

RowWriter::RowWriter(const Definition& definition)
    : definition_(definition),
      cp932_(definition.output.encoding == OutputEncoding::kCp932),
      quote_all_(definition.output.quote_all),
      empty_size_(quote_all_ ? 3 : 1) {
  for (std::size_t i = 0; i < definition.items.size() * 2; ++i)
    empties_ += quote_all_ ? "\"\"," : ",";
}

void RowWriter::grow(std::size_t more) { out_.resize(std::max(size_ + more, out_.size() * 2)); }

void RowWriter::put_bytes(std::string_view text) {
  reserve(text.size());
  std::memcpy(out_.data() + size_, text.data(), text.size());
  size_ += text.size();
}

void RowWriter::flush_empty(bool at_end) {
  if (pending_empty_ == 0) return;
  CHECK(pending_empty_ <= definition_.items.size() * 2);
  put_bytes(std::string_view(empties_).substr(0, pending_empty_ * empty_size_ - (at_end ? 1 : 0)));
  pending_empty_ = 0;
}

// Every field is followed by a comma here; end_record takes the last one back.
void RowWriter::put_field(std::string_view text) {
  if (text.empty()) return put_empty(1);
  flush_empty(false);
  reserve(text.size() + 1);
  char* to = out_.data() + size_;
  std::size_t at = 0;
  for (; at < text.size() && care_of(text[at]) == Care::kCopy; ++at) to[at] = text[at];
  const bool all_plain = at == text.size();
  bool quote = quote_all_ || text.front() == ' ' || text.back() == ' ';
  for (; at < text.size() && !quote; ++at) quote = care_of(text[at]) == Care::kQuote;
  if (quote) return put_quoted(text);
  std::size_t size = text.size();
  if (!all_plain && cp932_) {
    size = write_cp932(to, text);
  } else if (!all_plain) {
    std::memcpy(to, text.data(), size);
  }
  to[size] = ',';
  size_ += size + 1;
}

void RowWriter::put_quoted(std::string_view text) {
  field_.clear();
  append_output_field(definition_.output, text, field_);
  field_ += ',';
  put_bytes(field_);
}

// The same plain text in both columns, which is what most numbers are.
bool RowWriter::put_twice(std::string_view text) {
  if (quote_all_ || text.empty()) return false;
  reserve(2 * text.size() + 2);
  char* to = out_.data() + size_;
  for (const char c : text) {
    if (care_of(c) != Care::kCopy || c == ' ') return false;
    to[text.size() + 1] = c;
    *to++ = c;
  }
  *to = ',';
  to[text.size() + 1] = ',';
  size_ += 2 * text.size() + 2;
  return true;
}

void RowWriter::put_encoded(std::string_view field) {
  flush_empty(false);
  reserve(field.size() + 1);
  std::memcpy(out_.data() + size_, field.data(), field.size());
  size_ += field.size();
  out_[size_++] = ',';
}

// Sixteen bytes are copied whatever the size: the reader's buffer has that much room behind every
// field, and what was written too much is written over.
void RowWriter::put_plain(std::string_view number) {
  constexpr std::size_t kPlainSizeMax = 16;
  flush_empty(false);
  reserve(2 * kPlainSizeMax + 2);
  char* const to = out_.data() + size_;
  const std::size_t size = number.size();
  std::memcpy(to, number.data(), kPlainSizeMax);
  to[size] = ',';
  std::memcpy(to + size + 1, number.data(), kPlainSizeMax);
  to[2 * size + 1] = ',';
  size_ += 2 * size + 2;
}

void RowWriter::put_slot(const Slot& slot) {
  if (slot.plain && !quote_all_ && !slot.standard_hidden) return put_plain(slot.standard);
  if (slot.standard.data() == slot.original.data() && !slot.standard_hidden) {
    flush_empty(false);
    if (slot.standard.size() == slot.original.size() && put_twice(slot.standard)) return;
  }
  if (slot.standard_hidden) {
    put_empty(1);
  } else if (!slot.encoded.empty()) {
    put_encoded(slot.encoded);
  } else {
    put_field(slot.standard);
  }
  if (!slot.original_encoded.empty()) {
    put_encoded(slot.original_encoded);
  } else {
    put_field(slot.original);
  }
}

void RowWriter::end_record() {
  if (pending_empty_ > 0) {
    flush_empty(true);
  } else {
    CHECK(size_ > 0);
    --size_;
  }
  put_bytes(definition_.output.line_end);
}

void RowWriter::write_head() {
  if (definition_.output.encoding == OutputEncoding::kUtf8Mark) put_bytes("\xEF\xBB\xBF");
  if (!definition_.output.header) return;
  for (const Item& item : definition_.items) {
    put_field(item.name);
    put_field(item.name + definition_.output.original_suffix);
  }
  end_record();
}

void RowWriter::write_row(Row& row) {
  std::size_t next_item = 0;
  for (const std::uint32_t index : row.map.targets) {
    const Slot& slot = row.slot(index);
    if (slot.state == Slot::State::kBlank) continue;
    put_empty((index - next_item) * 2);
    put_slot(slot);
    next_item = index + 1;
  }
  put_empty((definition_.items.size() - next_item) * 2);
  end_record();
}

}  // namespace sekisho::converter
