// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "converter/report/reporter.h"

namespace sekisho::converter {
namespace {

constexpr std::size_t kUnmappedTermsMax = 5'000;

}  // namespace

bool Reporter::count(const MessageKind& kind) {
  count_kind(kind);
  switch (kind.message_class) {
    case 'F':
      ++counts_.fatal;
      break;
    case 'E':
      ++counts_.errors;
      break;
    case 'W':
      ++counts_.warnings;
      break;
    case 'P':
      ++counts_.panics;
      break;
    default:
      ++counts_.infos;
      return false;
  }
  // The reason why nothing was delivered is worth a place beyond the bound.
  if (kind.message_class == 'F' && counts_.fatal <= 100) return true;
  if (report_.messages.size() < messages_max_) return true;
  ++report_.dropped;
  return false;
}

void Reporter::store(Message message) { report_.messages.push_back(std::move(message)); }

void Reporter::count_unmapped(std::string_view item, std::string_view term) {
  std::string key(item);
  key += '\t';
  key += term.substr(0, 512);
  const auto found = report_.unmapped_terms.find(key);
  if (found != report_.unmapped_terms.end()) {
    ++found->second;
  } else if (report_.unmapped_terms.size() < kUnmappedTermsMax) {
    report_.unmapped_terms.emplace(std::move(key), 1);
  }
}

void Reporter::count_kind(const MessageKind& kind) {
  for (auto& [known, count] : kinds_) {
    if (known != &kind) continue;
    ++count;
    return;
  }
  kinds_.emplace_back(&kind, 1);
}

Report Reporter::take_report() {
  for (const auto& [kind, count] : kinds_) report_.counts[std::string(kind->code)] += count;
  return std::move(report_);
}

}  // namespace sekisho::converter
