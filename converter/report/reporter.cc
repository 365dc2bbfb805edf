// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "converter/report/reporter.h"

namespace sekisho::converter {
namespace {

constexpr std::size_t kUnmappedTermsMax = 5'000;
constexpr std::uint64_t kFatalStoredMax = 100;

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
  if (kind.message_class == 'F' && counts_.fatal <= kFatalStoredMax) return true;
  if (report_.messages.size() < messages_max_) return true;
  ++report_.dropped;
  return false;
}

void Reporter::store(Message message) { report_.messages.push_back(std::move(message)); }

void Reporter::count_unmapped(std::string_view item, std::string_view term) {
  std::string key(item);
  key += '\t';
  key += term.substr(0, 512);
  add_unmapped(std::move(key), 1);
}

void Reporter::add_unmapped(std::string key, std::uint64_t times) {
  const auto found = report_.unmapped_terms.find(key);
  if (found != report_.unmapped_terms.end()) {
    found->second += times;
  } else if (report_.unmapped_terms.size() < kUnmappedTermsMax) {
    report_.unmapped_terms.emplace(std::move(key), times);
  }
}

void Reporter::address(std::size_t first, std::size_t receiver) {
  for (std::size_t i = first; i < report_.messages.size(); ++i) {
    report_.messages[i].receiver = static_cast<std::uint32_t>(receiver);
  }
}

void Reporter::merge(Report report, const Counts& counts) {
  std::uint64_t fatal = counts_.fatal;
  for (Message& message : report.messages) {
    const bool fatal_one = message.message_class == 'F' && ++fatal <= kFatalStoredMax;
    if (fatal_one || report_.messages.size() < messages_max_) {
      report_.messages.push_back(std::move(message));
    } else {
      ++report_.dropped;
    }
  }
  report_.dropped += report.dropped;
  for (const auto& [code, count] : report.counts) report_.counts[code] += count;
  for (auto& [key, times] : report.unmapped_terms) add_unmapped(key, times);
  counts_.rows_in += counts.rows_in;
  counts_.persons_out += counts.persons_out;
  counts_.persons_held += counts.persons_held;
  counts_.rows_skipped += counts.rows_skipped;
  counts_.fatal += counts.fatal;
  counts_.errors += counts.errors;
  counts_.warnings += counts.warnings;
  counts_.panics += counts.panics;
  counts_.infos += counts.infos;
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
  kinds_.clear();
  counts_ = {};
  Report out = std::move(report_);
  report_ = {};
  return out;
}

}  // namespace sekisho::converter
