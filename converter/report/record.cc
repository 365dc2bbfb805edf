// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "converter/record.h"

namespace sekisho::converter {
namespace {

std::string date_text(Date date) {
  if (!date.is_set()) return "";
  const std::string digits = date.to_string();
  return digits.substr(0, 4) + "-" + digits.substr(4, 2) + "-" + digits.substr(6, 2);
}

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : " ") + word;
  return out;
}

void put_string(std::string& out, std::string_view text) {
  constexpr std::string_view kHex = "0123456789abcdef";
  out += '"';
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') out += '\\';
    if (byte < 0x20) {
      out += "\\u00";
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
    } else {
      out += c;
    }
  }
  out += '"';
}

void add_output(const RecordedOutput& output, std::vector<ReportFact>& out) {
  const std::string name = "output" + (output.receiver.empty() ? "" : "." + output.receiver);
  out.push_back({name + ".sha256", output.digest.hex()});
  out.push_back({name + ".size_bytes", std::to_string(output.size_bytes)});
  out.push_back({name + ".persons", std::to_string(output.persons)});
}

void add_counts(const ConversionRecord& record, std::vector<ReportFact>& out) {
  const Counts& counts = record.counts;
  out.push_back({"rows_in", std::to_string(counts.rows_in)});
  out.push_back({"persons_out", std::to_string(counts.persons_out)});
  out.push_back({"persons_held", std::to_string(counts.persons_held)});
  out.push_back({"rows_skipped", std::to_string(counts.rows_skipped)});
  for (const auto& [code, count] : record.code_counts) {
    out.push_back({"count." + code, std::to_string(count)});
  }
}

}  // namespace

ConversionRecord make_record(const MapFile& map, const Definition& definition,
                             const Options& options, const Outcome& outcome, const Hasher& hasher) {
  ConversionRecord out;
  out.converter_version = kConverterVersion;
  out.catalog_id = definition.id;
  out.catalog_version = definition.version;
  out.catalog_digest = definition.digest;
  out.output_encoding = encoding_name(definition.output.encoding);
  out.parts = definition.parts;
  out.map_id = map.id;
  out.map_version = map.version;
  out.map_digest = map.digest;
  out.conversion_date = options.conversion_date;
  out.allow_partial = options.allow_partial;
  out.receiver = options.receiver_insurer_number;
  out.requirements = options.requirements;
  out.input_digest = options.input_digest;
  out.input_size_bytes = outcome.input_size_bytes;
  out.delivered = outcome.delivered;
  out.report_digest = hasher(render_report_json(outcome.report));
  out.counts = outcome.counts;
  out.code_counts.assign(outcome.report.counts.begin(), outcome.report.counts.end());
  for (const ReserveLabel& label : map.reserve_labels) {
    out.reserve_labels.emplace_back(definition.items[label.item].name, label.label);
  }
  return out;
}

std::vector<ReportFact> record_facts(const ConversionRecord& record) {
  std::vector<ReportFact> out = {
      {"format", "sekisho-conversion-record 1"},
      {"converter_version", record.converter_version},
      {"catalog", record.catalog_id},
      {"catalog_version", record.catalog_version},
      {"catalog_digest", record.catalog_digest.hex()},
      {"output_encoding", record.output_encoding},
  };
  for (const PackagePart& part : record.parts) {
    out.push_back({"part." + part.name, part.version + " " + part.digest.hex()});
  }
  out.push_back({"map", record.map_id});
  out.push_back({"map_version", record.map_version});
  out.push_back({"map_digest", record.map_digest.hex()});
  out.push_back({"conversion_date", date_text(record.conversion_date)});
  out.push_back({"allow_partial", record.allow_partial ? "true" : "false"});
  out.push_back({"receiver", record.receiver});
  out.push_back({"requirements", joined(record.requirements)});
  out.push_back({"input_sha256", record.input_digest.hex()});
  out.push_back({"input_size_bytes", std::to_string(record.input_size_bytes)});
  out.push_back({"delivered", record.delivered ? "true" : "false"});
  for (const RecordedOutput& output : record.outputs) add_output(output, out);
  out.push_back({"report_sha256", record.report_digest.hex()});
  add_counts(record, out);
  for (const auto& [item, label] : record.reserve_labels) out.push_back({"label." + item, label});
  return out;
}

std::string render_record_json(const ConversionRecord& record) {
  std::string out = "{\n";
  for (const ReportFact& fact : record_facts(record)) {
    if (out.size() > 2) out += ",\n";
    out += "  ";
    put_string(out, fact.name);
    out += ": ";
    put_string(out, fact.value);
  }
  return out + "\n}\n";
}

}  // namespace sekisho::converter
