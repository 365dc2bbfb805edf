// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "converter/interchange/fhir_bundle.h"

#include <initializer_list>
#include <map>

namespace sekisho::converter {
namespace {

constexpr std::string_view kOid = "urn:oid:1.2.392.200119.6.";
constexpr std::string_view kUcum = "http://unitsofmeasure.org";

std::string quoted(std::string_view text) {
  constexpr char kHex[] = "0123456789abcdef";
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20) {
      out += std::string("\\u00") + kHex[byte >> 4] + kHex[byte & 15];
    } else {
      out += c;
    }
  }
  return out + "\"";
}

// Members whose value is empty are left out, as FHIR asks.
using Member = std::pair<std::string_view, std::string>;

std::string object(std::initializer_list<Member> members) {
  std::string out;
  for (const auto& [name, value] : members) {
    if (value.empty()) continue;
    out += (out.empty() ? "{" : ",") + quoted(name) + ":" + value;
  }
  return out.empty() ? out : out + "}";
}

std::string array(const std::vector<std::string>& values) {
  std::string out;
  for (const std::string& value : values) {
    if (!value.empty()) out += (out.empty() ? "[" : ",") + value;
  }
  return out.empty() ? out : out + "]";
}

std::string text(std::string_view value) { return value.empty() ? std::string() : quoted(value); }

std::string system(std::string_view oid) { return quoted(std::string(kOid) + std::string(oid)); }

std::string identifier(std::string_view oid, std::string_view value) {
  if (value.empty()) return {};
  return object({{"system", system(oid)}, {"value", quoted(value)}});
}

// YYYYMMDD as YYYY-MM-DD.
std::string date(std::string_view day) {
  if (day.size() != 8) return {};
  return quoted(std::string(day.substr(0, 4)) + "-" + std::string(day.substr(4, 2)) + "-" +
                std::string(day.substr(6)));
}

std::string concept_of(const std::string& code_system, std::string_view code,
                       std::string_view display) {
  return object({{"coding", array({object({{"system", code_system},
                                           {"code", text(code)},
                                           {"display", text(display)}})})}});
}

std::string reference(const std::string& url) { return object({{"reference", quoted(url)}}); }

// Collects resources under names that follow from the content.
class Bundle {
 public:
  Bundle(const Person& person, const std::vector<Finding>& findings,
         const InterchangeOptions& options, const Hasher& hasher)
      : person_(person), findings_(findings), options_(options) {
    std::string content = options.created;
    for (const std::string& value : person.values) content += '\x1F' + value;
    seed_ = hasher(content).hex();
    hasher_ = &hasher;
  }

  std::string write();

 private:
  // A version 8 (custom) UUID of this person's n-th resource.
  [[nodiscard]] std::string url(std::string_view name) const {
    const std::string hex = (*hasher_)(seed_ + std::string(name)).hex();
    return "urn:uuid:" + hex.substr(0, 8) + "-" + hex.substr(8, 4) + "-8" + hex.substr(13, 3) +
           "-a" + hex.substr(17, 3) + "-" + hex.substr(20, 12);
  }
  void add(std::string_view name, const std::string& resource) {
    entries_.push_back(object({{"fullUrl", quoted(url(name))}, {"resource", resource}}));
  }
  [[nodiscard]] std::string composition() const;
  [[nodiscard]] std::string patient() const;
  [[nodiscard]] std::string coverage() const;
  [[nodiscard]] std::string encounter() const;
  [[nodiscard]] std::string organization() const;
  [[nodiscard]] std::string insurer() const;
  [[nodiscard]] std::string observation(const Finding& finding) const;
  [[nodiscard]] static std::string name_of(std::size_t finding) {
    return "Observation" + std::to_string(finding);
  }

  const Person& person_;
  const std::vector<Finding>& findings_;
  const InterchangeOptions& options_;
  const Hasher* hasher_ = nullptr;
  std::string seed_;
  std::vector<std::string> entries_;
};

std::string Bundle::composition() const {
  std::map<std::string, std::vector<std::string>> sections;
  for (std::size_t i = 0; i < findings_.size(); ++i) {
    const std::string& section = findings_[i].item->section;
    sections[section.empty() ? "01990" : section].push_back(reference(url(name_of(i))));
  }
  std::vector<std::string> parts;
  for (const auto& [section, members] : sections) {
    parts.push_back(
        object({{"title", quoted(section == "01990" ? "任意追加項目" : "検査・問診結果")},
                {"code", concept_of(system("1010"), section, "")},
                {"entry", array(members)}}));
  }
  return object(
      {{"resourceType", quoted("Composition")},
       {"status", quoted("final")},
       {"type", concept_of(quoted("http://loinc.org"), "53576-5", "検診・健診報告書")},
       {"category", array({concept_of(system("1001"), options_.report_category, "")})},
       {"subject", reference(url("Patient"))},
       {"encounter", reference(url("Encounter"))},
       {"date", date(options_.created)},
       {"author", array({reference(url("Institution"))})},
       {"title", quoted("健診結果報告書")},
       {"custodian", reference(url("Institution"))},
       {"event",
        array({object({{"code", array({concept_of(system("1002"), options_.programme, "")})},
                       {"period", object({{"start", date(person_.value(Role::kExamDate))}})}})})},
       {"section", array(parts)}});
}

std::string Bundle::patient() const {
  const std::string_view sex = person_.value(Role::kSex);
  const std::string_view name = person_.value(Role::kName);
  const std::string_view kana = person_.value(Role::kKana);
  const auto named = [](std::string_view value, std::string_view representation) {
    if (value.empty()) return std::string();
    const std::string kind = object(
        {{"url", quoted("http://hl7.org/fhir/StructureDefinition/iso21090-EN-representation")},
         {"valueCode", quoted(representation)}});
    return object(
        {{"extension", array({kind})}, {"use", quoted("official")}, {"text", quoted(value)}});
  };
  return object(
      {{"resourceType", quoted("Patient")},
       {"name", array({named(name, "IDE"), named(kana, "SYL")})},
       {"gender", sex.empty() ? std::string() : quoted(sex == "女性" ? "female" : "male")},
       {"birthDate", date(person_.value(Role::kBirthDate))},
       {"address", array({object({{"text", text(person_.named("住所"))},
                                  {"postalCode", text(person_.named("郵便番号"))}})})}});
}

std::string Bundle::coverage() const {
  return object({{"resourceType", quoted("Coverage")},
                 {"identifier", array({identifier("204", person_.value(Role::kInsuredSymbol)),
                                       identifier("205", person_.value(Role::kInsuredNumber)),
                                       identifier("209", person_.value(Role::kVoucherNumber))})},
                 {"status", quoted("active")},
                 {"beneficiary", reference(url("Patient"))},
                 {"payor", array({reference(url("Insurer"))})}});
}

std::string Bundle::encounter() const {
  return object(
      {{"resourceType", quoted("Encounter")},
       {"status", quoted("finished")},
       {"class", object({{"system", quoted("http://terminology.hl7.org/CodeSystem/v3-ActCode")},
                         {"code", quoted("AMB")}})},
       {"subject", reference(url("Patient"))},
       {"period", object({{"start", date(person_.value(Role::kExamDate))}})},
       {"serviceProvider", reference(url("Institution"))}});
}

std::string Bundle::organization() const {
  return object(
      {{"resourceType", quoted("Organization")},
       {"identifier", array({identifier("102", person_.value(Role::kInstitutionNumber))})},
       {"name", text(person_.named("健診機関名称"))}});
}

std::string Bundle::insurer() const {
  return object({{"resourceType", quoted("Organization")},
                 {"identifier", array({identifier("101", person_.value(Role::kInsurerNumber))})}});
}

std::string Bundle::observation(const Finding& finding) const {
  const ProfileItem& item = *finding.item;
  const bool number = item.kind == "PQ" && !finding.not_known;
  const bool coded = !finding.code.empty() && !finding.not_known;
  const std::string comparator = finding.standard.ends_with("未満")   ? quoted("<")
                                 : finding.standard.ends_with("以下") ? quoted("<=")
                                 : finding.standard.ends_with("以上") ? quoted(">=")
                                 : finding.standard.ends_with("超")   ? quoted(">")
                                                                      : std::string();
  return object(
      {{"resourceType", quoted("Observation")},
       {"status", quoted("final")},
       {"code", concept_of(system("1005"), item.code, item.name)},
       {"subject", reference(url("Patient"))},
       {"encounter", reference(url("Encounter"))},
       {"effectiveDateTime", date(person_.value(Role::kExamDate))},
       {"valueQuantity", !number ? std::string()
                                 : object({{"value", finding.number},
                                           {"comparator", comparator},
                                           {"unit", text(item.unit)},
                                           {"system", item.unit.empty() ? "" : quoted(kUcum)},
                                           {"code", text(item.unit)}})},
       {"valueCodeableConcept",
        coded ? concept_of(quoted("urn:oid:" + item.answers), finding.code, finding.standard)
              : std::string()},
       {"valueString",
        number || coded || finding.not_known ? std::string() : quoted(finding.standard)},
       {"dataAbsentReason",
        finding.not_known
            ? concept_of(quoted("http://terminology.hl7.org/CodeSystem/data-absent-reason"),
                         "error", "測定不能")
            : std::string()},
       {"method",
        item.method.empty() ? std::string() : concept_of(system("1007"), item.method, "")}});
}

// JSON numbers know no leading plus or zeros; standard values have none either.
std::string Bundle::write() {
  add("Composition", composition());
  add("Patient", patient());
  add("Coverage", coverage());
  add("Encounter", encounter());
  add("Institution", organization());
  add("Insurer", insurer());
  for (std::size_t i = 0; i < findings_.size(); ++i) add(name_of(i), observation(findings_[i]));
  const std::string moment = date(options_.created);
  return object({{"resourceType", quoted("Bundle")},
                 {"identifier", object({{"system", quoted("urn:ietf:rfc:3986")},
                                        {"value", quoted(url("Bundle"))}})},
                 {"type", quoted("document")},
                 {"timestamp", moment.substr(0, moment.size() - 1) + "T00:00:00+09:00\""},
                 {"entry", array(entries_)}}) +
         "\n";
}

}  // namespace

std::string fhir_bundle(const Person& person, const std::vector<Finding>& findings,
                        const InterchangeOptions& options, const Hasher& hasher) {
  return Bundle(person, findings, options, hasher).write();
}

}  // namespace sekisho::converter
