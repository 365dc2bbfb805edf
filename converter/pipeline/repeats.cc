// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "converter/pipeline/repeats.h"

#include <algorithm>
#include <array>

#include "converter/text/decode.h"
#include "converter/text/fold.h"
#include "converter/text/text_map.h"

namespace sekisho::converter {
namespace {

constexpr std::uint64_t kContentSeed = 3;
constexpr std::size_t kPartSize = 65'536;

constexpr std::array<Role, 9> kKeyRoles = {
    Role::kName,          Role::kKana,          Role::kBirthDate,
    Role::kSex,           Role::kExamDate,      Role::kInsurerNumber,
    Role::kInsuredSymbol, Role::kInsuredNumber, Role::kVoucherNumber};

// One of the two marks, with the record it belongs to.
struct Entry {
  std::uint64_t mark = 0;
  std::uint32_t more = 0;
  std::uint32_t record = 0;
  auto operator<=>(const Entry&) const = default;
};

// Calls found(earlier, later) for each entry with the mark of an earlier one, `earlier` being the
// first of them. Sorts part by part, so that little more than the marks is in memory.
template <typename EntryOf, typename Found>
void find_equal(std::size_t count, const EntryOf& entry_of, const Found& found) {
  const std::uint64_t parts = count / kPartSize + 1;
  std::vector<Entry> part;
  for (std::uint64_t number = 0; number < parts; ++number) {
    part.clear();
    for (std::size_t i = 0; i < count; ++i) {
      const Entry entry = entry_of(i);
      if (entry.record != 0 && entry.mark % parts == number) part.push_back(entry);
    }
    std::sort(part.begin(), part.end());
    for (std::size_t i = 1, first = 0; i < part.size(); ++i) {
      const bool equal = part[i].mark == part[first].mark && part[i].more == part[first].more;
      if (equal) {
        found(part[first].record, part[i].record);
      } else {
        first = i;
      }
    }
  }
}

std::uint32_t look_up(const std::vector<std::pair<std::uint32_t, std::uint32_t>>& pairs,
                      std::uint64_t record) {
  const auto at =
      std::lower_bound(pairs.begin(), pairs.end(), record,
                       [](const auto& pair, std::uint64_t wanted) { return pair.first < wanted; });
  return at != pairs.end() && at->first == record ? at->second : 0;
}

}  // namespace

RecordMarker::RecordMarker(const MapFile& map, const Definition& definition, Encoding encoding)
    : encoding_(encoding), exam_date_column_(0xFFFFFFFFu) {
  for (const std::uint32_t column : map.work_order) {
    const Role role = definition.items[static_cast<std::size_t>(map.columns[column].item)].role;
    if (role == Role::kExamDate) exam_date_column_ = column;
    if (std::find(kKeyRoles.begin(), kKeyRoles.end(), role) != kKeyRoles.end()) {
      key_columns_.push_back(column);
      fields_wanted_ = std::max<std::size_t>(fields_wanted_, column + 1);
    }
  }
}

bool RecordMarker::make_key(const RecordReader& reader) {
  if (exam_date_column_ >= reader.field_count() || reader.is_empty(exam_date_column_)) return false;
  key_.clear();
  for (const std::uint32_t column : key_columns_) {
    if (column < reader.field_count()) {
      const std::string_view raw = reader.raw(column);
      decoded_.resize(decoded_size_max(encoding_, raw.size()));
      const DecodeStep step = decode(encoding_, raw, true, decoded_.data());
      fold(std::string_view(decoded_).substr(0, step.written), folded_);
      for (const char c : folded_) {
        if (c != ' ') key_.push_back(c);
      }
    }
    key_.push_back('\x1F');
  }
  return true;
}

RecordMarks RecordMarker::mark(const RecordReader& reader) {
  RecordMarks out;
  const std::string_view text = reader.text();
  out.content = hash_text(text, kContentSeed);
  out.content_more = static_cast<std::uint32_t>(hash_text(text.substr(0, 256), out.content) >> 16);
  if (!make_key(reader)) return out;
  out.person = hash_text(key_, 1);
  out.person_more = static_cast<std::uint32_t>(hash_text(key_, 2) >> 32) | 1u;
  return out;
}

void Repeats::add(const std::vector<RecordMarks>& marks) {
  marks_.insert(marks_.end(), marks.begin(), marks.end());
}

void Repeats::settle(std::size_t header_records) {
  const std::size_t first = std::min(header_records, marks_.size());
  const std::size_t count = marks_.size() - first;
  const auto number = [](std::size_t i) { return static_cast<std::uint32_t>(i + 1); };
  find_equal(
      count,
      [&](std::size_t i) {
        const RecordMarks& marks = marks_[first + i];
        return Entry{marks.content, marks.content_more, number(i)};
      },
      [&](std::uint32_t earlier, std::uint32_t later) { repeated_.emplace_back(later, earlier); });
  std::sort(repeated_.begin(), repeated_.end());
  // A repeated record says nothing new about its person.
  find_equal(
      count,
      [&](std::size_t i) {
        const RecordMarks& marks = marks_[first + i];
        if (marks.person_more == 0 || repeats(number(i)) != 0) return Entry{};
        return Entry{marks.person, marks.person_more, number(i)};
      },
      [&](std::uint32_t earlier, std::uint32_t later) {
        first_of_.emplace_back(earlier, earlier);
        first_of_.emplace_back(later, earlier);
      });
  std::sort(first_of_.begin(), first_of_.end());
  marks_ = {};
}

std::uint32_t Repeats::repeats(std::uint64_t record) const { return look_up(repeated_, record); }

std::uint32_t Repeats::first_of(std::uint64_t record) const { return look_up(first_of_, record); }

}  // namespace sekisho::converter
