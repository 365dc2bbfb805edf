// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "converter/mapfile/header_change.h"

#include <algorithm>
#include <map>
#include <vector>

namespace sekisho::converter {
namespace {

constexpr std::size_t kShownMax = 5;

std::string name_at(const HeaderRows& rows, std::size_t i) {
  return rows.first[i] + " " + rows.second[i];
}

// Columns from `from` up to `to` whose name stands more often in `here` than in `there`.
std::vector<std::size_t> surplus(const HeaderRows& here, std::size_t from, std::size_t to,
                                 const HeaderRows& there, std::size_t there_to) {
  std::map<std::string, std::size_t> have;
  for (std::size_t i = from; i < there_to; ++i) ++have[name_at(there, i)];
  std::vector<std::size_t> out;
  for (std::size_t i = from; i < to; ++i) {
    std::size_t& left = have[name_at(here, i)];
    if (left == 0) {
      out.push_back(i);
    } else {
      --left;
    }
  }
  return out;
}

void list(std::string& out, std::string_view what, const HeaderRows& rows,
          const std::vector<std::size_t>& columns) {
  if (columns.empty()) return;
  out += " " + std::string(what) + ":";
  for (std::size_t i = 0; i < std::min(columns.size(), kShownMax); ++i) {
    out += " 列" + std::to_string(columns[i] + 1) + "「" + name_at(rows, columns[i]) + "」";
  }
  if (columns.size() > kShownMax) {
    out += " ほか" + std::to_string(columns.size() - kShownMax) + "列";
  }
}

void list_renamed(std::string& out, const HeaderRows& declared, const HeaderRows& found,
                  std::size_t from, std::size_t to) {
  std::size_t shown = 0;
  for (std::size_t i = from; i < to; ++i) {
    if (name_at(declared, i) == name_at(found, i)) continue;
    if (++shown > kShownMax) continue;
    out += " 列" + std::to_string(i + 1) + ": 「" + name_at(declared, i) + "」→「" +
           name_at(found, i) + "」";
  }
  if (shown > kShownMax) out += " ほか" + std::to_string(shown - kShownMax) + "列";
}

}  // namespace

std::string describe_header_change(const HeaderRows& declared, const HeaderRows& found) {
  std::size_t from = 0;
  std::size_t declared_to = declared.second.size();
  std::size_t found_to = found.second.size();
  const std::size_t shorter = std::min(declared_to, found_to);
  while (from < shorter && name_at(declared, from) == name_at(found, from)) ++from;
  while (declared_to > from && found_to > from &&
         name_at(declared, declared_to - 1) == name_at(found, found_to - 1)) {
    --declared_to;
    --found_to;
  }
  if (from == declared_to && from == found_to) return {};
  const auto gone = surplus(declared, from, declared_to, found, found_to);
  const auto fresh = surplus(found, from, found_to, declared, declared_to);
  std::string out;
  if (gone.empty() && fresh.empty()) {
    out = " 列の順序が変わりました:";
    list_renamed(out, declared, found, from, declared_to);
  } else if (declared_to == found_to && gone == fresh) {
    list_renamed(out, declared, found, from, declared_to);
  } else {
    list(out, "なくなった列", declared, gone);
    list(out, "増えた列", found, fresh);
  }
  return out;
}

}  // namespace sekisho::converter
