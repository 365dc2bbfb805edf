// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include <boost/json.hpp>
#include <map>

#include "converter/archive/open_input.h"
#include "node/base/limits.h"
#include "node/crypto/commitment.h"
#include "node/crypto/hash.h"
#include "node/tools/convert_parts.h"
#include "node/tools/files.h"
#include "node/tools/text.h"

// convert --check: runs the conversion again and compares it with what a record, or an exchange as
// the ledger shows it, says came out.
namespace sekisho::tools {
namespace {

namespace json = boost::json;

constexpr std::uint64_t kRecordSizeMax = 4 * limits::kMiB;
constexpr std::string_view kRecordFormat = "sekisho-conversion-record 1";

using Facts = std::map<std::string, std::string>;

std::string text_of(const json::value& value) {
  if (value.is_string()) return std::string(value.as_string());
  return json::serialize(value);
}

// The record's own settings decide how the conversion is run again.
Status take_settings(const json::object& record, Desk& desk) {
  const auto text = [&](std::string_view name) {
    const json::value* value = record.if_contains(name);
    return value == nullptr ? std::string() : text_of(*value);
  };
  const auto date = converter::parse_iso_date(text("conversion_date"));
  if (!date) return fail(Code::kInvalidArgument, "the record has no conversion_date");
  desk.settings.conversion_date = *date;
  desk.settings.allow_partial = text("allow_partial") == "true";
  desk.settings.receiver_insurer_number = text("receiver");
  desk.settings.requirements.clear();
  std::string words = text("requirements");
  while (!words.empty()) {
    const std::size_t end = words.find(' ');
    desk.settings.requirements.push_back(words.substr(0, end));
    words = end == std::string::npos ? std::string() : words.substr(end + 1);
  }
  return {};
}

Result<converter::ConversionRecord> run_again(Desk& desk, const json::object& said, Bytes& single) {
  std::vector<std::string> numbers;
  for (const auto& field : said) {
    std::string_view name = field.key();
    constexpr std::string_view kBefore = "output.";
    constexpr std::string_view kBehind = ".persons";
    const bool named = name.starts_with(kBefore) && name.ends_with(kBehind) &&
                       name.size() > kBefore.size() + kBehind.size();
    if (!named) continue;
    name.remove_prefix(kBefore.size());
    name.remove_suffix(kBehind.size());
    numbers.emplace_back(name);
  }
  TRY(const auto source, converter::open_input(desk.file.view(), desk.map));
  std::vector<FileSink> sinks(numbers.empty() ? 1 : numbers.size());
  converter::ConversionRecord record;
  if (numbers.empty()) {
    TRY(const auto outcome, converter::convert(*source, desk.map, desk.definition, desk.settings,
                                               crypto::sha256, sinks[0]));
    record =
        converter::make_record(desk.map, desk.definition, desk.settings, outcome, crypto::sha256);
    single = outcome.delivered ? sinks[0].bytes : Bytes();
    if (outcome.delivered) {
      record.outputs.push_back(
          {"", outcome.counts.persons_out, single.size(), crypto::sha256(single)});
    }
    return record;
  }
  std::vector<converter::Receiver> receivers;
  for (std::size_t i = 0; i < numbers.size(); ++i) receivers.push_back({numbers[i], &sinks[i]});
  TRY(const auto split, converter::convert_split(*source, desk.map, desk.definition, desk.settings,
                                                 crypto::sha256, receivers));
  record =
      converter::make_record(desk.map, desk.definition, desk.settings, split.whole, crypto::sha256);
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (split.deliveries[i].persons == 0) continue;
    record.outputs.push_back({numbers[i], split.deliveries[i].persons, sinks[i].bytes.size(),
                              crypto::sha256(sinks[i].bytes)});
  }
  return record;
}

Facts facts_of(const converter::ConversionRecord& record) {
  Facts out;
  for (const auto& fact : converter::record_facts(record)) out[fact.name] = fact.value;
  return out;
}

Facts facts_of(const json::object& record) {
  Facts out;
  for (const auto& field : record) out[std::string(field.key())] = text_of(field.value());
  return out;
}

std::string field(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  return value == nullptr ? "" : text_of(*value);
}

void add_commitments(const Convert& options, const json::object& exchange, const Desk& desk,
                     BytesView output, Facts& said, Facts& found) {
  const auto salt = crypto::Salt::from_hex(options.salt);
  const auto id = Id16::from_hex(field(exchange, "exchange_id"));
  if (!salt || !id) return;
  const json::value* input = exchange.if_contains("input");
  const json::value* sent = exchange.if_contains("output");
  if (input != nullptr && input->is_object()) {
    said["input_commitment"] = field(input->as_object(), "commitment");
    found["input_commitment"] = crypto::commitment(*salt, desk.file.view()).hex();
  }
  if (sent != nullptr && sent->is_object() && !output.empty()) {
    said["output_commitment"] = field(sent->as_object(), "commitment");
    found["output_commitment"] = crypto::commitment(crypto::output_salt(*salt, *id), output).hex();
  }
}

// What the ledger keeps of a conversion, under the names of a record.
void ledger_facts(const json::object& evidence, const converter::ConversionRecord& record,
                  Facts& said, Facts& found) {
  said["converter_version"] = field(evidence, "converter_version");
  said["map_digest"] = field(evidence, "map_digest");
  said["catalog_digest"] = field(evidence, "catalog_digest");
  said["persons_out"] = field(evidence, "persons_out");
  said["persons_held"] = field(evidence, "persons_held");
  const json::value* counts = evidence.if_contains("counts");
  if (counts != nullptr && counts->is_object()) {
    for (const auto& count : counts->as_object()) {
      said["count." + std::string(count.key())] = text_of(count.value());
    }
  }
  const Facts all = facts_of(record);
  for (const auto& [name, value] : all) {
    if (said.contains(name) || name.starts_with("count.")) found[name] = value;
  }
}

Status compare(const Context& context, const Facts& said, const Facts& found) {
  std::string differing;
  json::array list;
  Facts all = said;
  all.insert(found.begin(), found.end());
  for (const auto& [name, ignored] : all) {
    const auto value_in = [&](const Facts& facts) {
      const auto at = facts.find(name);
      return at == facts.end() ? std::string() : at->second;
    };
    const std::string recorded = value_in(said);
    const std::string now = value_in(found);
    if (recorded == now) continue;
    differing += "\n  " + name + ": " + recorded + " -> " + now;
    list.push_back({{"name", name}, {"recorded", recorded}, {"found", now}});
  }
  const Console& console = context.console;
  console.end_progress();
  console.result(json::serialize(
      json::value{{"matches", list.empty()}, {"compared", all.size()}, {"differences", list}}));
  if (!differing.empty()) {
    return fail(
        Code::kFailedPrecondition,
        std::string(console.pick("記録と一致しません:", "differs from the record:")) + differing);
  }
  console.say("記録と一致しました（" + std::to_string(all.size()) + " 項目を比較）",
              "matches the record (" + std::to_string(all.size()) + " facts compared)");
  return {};
}

// Nodes convert as of the day of the offer in Japan.
void take_offer_day(const json::object& exchange, Desk& desk) {
  if (const json::value* partial = exchange.if_contains("allow_partial"); partial != nullptr) {
    desk.settings.allow_partial = partial->is_bool() && partial->as_bool();
  }
  const json::value* offered = exchange.if_contains("offered_ms");
  if (offered == nullptr || !offered->is_int64()) return;
  const std::string day =
      time_in_japan(static_cast<std::uint64_t>(offered->as_int64())).substr(0, 10);
  desk.settings.conversion_date =
      converter::parse_iso_date(day).value_or(desk.settings.conversion_date);
}

}  // namespace

Status check_record(const Context& context, const Convert& options, Desk& desk) {
  TRY(const Bytes text, read_file(options.check, kRecordSizeMax));
  boost::system::error_code error;
  const json::value parsed = json::parse(text, error);
  if (error || !parsed.is_object()) {
    return fail(Code::kInvalidArgument, options.check + ": is no JSON object");
  }
  const json::object& said = parsed.as_object();
  Bytes output;
  if (field(said, "format") == kRecordFormat) {
    TRY_STATUS(take_settings(said, desk));
    TRY(const auto record, run_again(desk, said, output));
    wipe(output);
    return compare(context, facts_of(said), facts_of(record));
  }
  const json::value* evidence = said.if_contains("evidence");
  if (evidence == nullptr || !evidence->is_object()) {
    return fail(Code::kInvalidArgument,
                options.check +
                    ": is neither a record of `sekisho convert --record` nor an "
                    "exchange with evidence");
  }
  if (options.date.empty()) take_offer_day(said, desk);
  TRY(const auto record, run_again(desk, json::object(), output));
  Facts recorded, found;
  ledger_facts(evidence->as_object(), record, recorded, found);
  add_commitments(options, said, desk, output, recorded, found);
  wipe(output);
  return compare(context, recorded, found);
}

}  // namespace sekisho::tools
