// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "converter/pipeline/row_writer.h"

#include "converter/text/encode.h"
#include "converter/text/utf8.h"
#include "node/base/check.h"

namespace sekisho::converter {
namespace {

bool needs_quotes(std::string_view text) {
  for (const char c : text) {
    if (c == ',' || c == '"' || c == '\n' || c == '\r') return true;
  }
  return !text.empty() && (text.front() == ' ' || text.back() == ' ');
}

}  // namespace

RowWriter::RowWriter(const Definition& definition)
    : definition_(definition), cp932_(definition.output.encoding == OutputEncoding::kCp932),
      quote_all_(definition.output.quote_all), empty_size_(quote_all_ ? 3 : 1) {
  for (std::size_t i = 0; i < definition.items.size() * 2; ++i) empties_ += quote_all_ ? "\"\"," : ",";
}

void RowWriter::put_empty(std::size_t fields) { pending_empty_ += fields; }

void RowWriter::flush_empty(bool at_end) {
  if (pending_empty_ == 0) return;
  CHECK(pending_empty_ <= definition_.items.size() * 2);
  const std::size_t size = pending_empty_ * empty_size_ - (at_end ? 1 : 0);
  out_.append(empties_, 0, size);
  pending_empty_ = 0;
}

void RowWriter::put_text(std::string_view text) {
  if (cp932_ && !is_ascii(text)) {
    append_cp932(out_, text);
  } else {
    out_ += text;
  }
}

// Every field is followed by a comma here; end_record takes the last one back.
void RowWriter::put_field(std::string_view text) {
  if (text.empty()) return put_empty(1);
  flush_empty(false);
  if (!quote_all_ && !needs_quotes(text)) {
    put_text(text);
  } else {
    out_ += '"';
    for (std::size_t quote = text.find('"'); quote != text.npos; quote = text.find('"')) {
      put_text(text.substr(0, quote + 1));
      out_ += '"';
      text.remove_prefix(quote + 1);
    }
    put_text(text);
    out_ += '"';
  }
  out_ += ',';
}

void RowWriter::end_record() {
  if (pending_empty_ > 0) {
    flush_empty(true);
  } else if (!out_.empty() && out_.back() == ',') {
    out_.pop_back();
  }
  out_ += definition_.output.line_end;
}

void RowWriter::write_head() {
  if (definition_.output.encoding == OutputEncoding::kUtf8Mark) out_ += "\xEF\xBB\xBF";
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
    put_field(slot.standard_hidden ? std::string_view{} : slot.standard);
    put_field(slot.original);
    next_item = index + 1;
  }
  put_empty((definition_.items.size() - next_item) * 2);
  end_record();
}

}  // namespace sekisho::converter
