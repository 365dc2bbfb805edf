// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "converter/interchange/hc08_document.h"

#include <map>

namespace sekisho::converter {
namespace {

constexpr std::string_view kRoot = "1.2.392.200119.6.";
constexpr std::string_view kHead = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

// The characters that XML 1.0 knows, marked where they must be.
std::string escaped(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 && c != '\t' && c != '\n' && c != '\r') continue;
    if (text.substr(i, 3) == "\xEF\xBF\xBE" || text.substr(i, 3) == "\xEF\xBF\xBF") {
      i += 2;  // U+FFFE and U+FFFF are no characters
      continue;
    }
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string attribute(std::string_view name, std::string_view value) {
  return " " + std::string(name) + "=\"" + escaped(value) + "\"";
}

std::string id(std::string_view oid, std::string_view value) {
  if (value.empty()) return {};
  return "<id" + attribute("extension", value) +
         attribute("root", std::string(kRoot) + std::string(oid)) + "/>";
}

std::string coded(std::string_view element, std::string_view code, std::string_view oid) {
  return "<" + std::string(element) + attribute("code", code) +
         attribute("codeSystem", std::string(kRoot) + std::string(oid)) + "/>";
}

std::string element(std::string_view name, std::string_view text) {
  if (text.empty()) return {};
  return "<" + std::string(name) + ">" + escaped(text) + "</" + std::string(name) + ">";
}

std::string padded(std::string_view number, std::size_t digits) {
  const std::size_t missing = number.size() < digits ? digits - number.size() : 0;
  return std::string(missing, '0') + std::string(number);
}

std::string insurer_of(const Person& person) {
  const std::string_view number = person.value(Role::kInsurerNumber);
  return number.empty() ? std::string() : padded(number, 8);
}

std::string record_target(const Person& person) {
  const std::string_view sex = person.value(Role::kSex);
  std::string out = "<recordTarget><patientRole>" + id("101", insurer_of(person)) +
                    id("204", person.value(Role::kInsuredSymbol)) +
                    id("205", person.value(Role::kInsuredNumber)) + "<addr>" +
                    escaped(person.named("住所")) +
                    element("postalCode", person.named("郵便番号")) + "</addr><patient>";
  const std::string_view kana = person.value(Role::kKana);
  out += element("name", kana.empty() ? person.value(Role::kName) : kana);
  if (!sex.empty()) out += coded("administrativeGenderCode", sex == "女性" ? "2" : "1", "1104");
  return out + "<birthTime" + attribute("value", person.value(Role::kBirthDate)) +
         "/></patient></patientRole></recordTarget>\n";
}

std::string institution(const Person& person) {
  return id("102", person.value(Role::kInstitutionNumber)) + "<representedOrganization>" +
         id("102", person.value(Role::kInstitutionNumber)) +
         element("name", person.named("健診機関名称")) + "</representedOrganization>";
}

std::string header(const Person& person, const InterchangeOptions& options) {
  std::string out =
      "<typeId root=\"2.16.840.1.113883.1.3\" extension=\"POCD_HD000040\"/>\n<id "
      "nullFlavor=\"NI\"/>\n" +
      coded("code", options.report_category, "1001") + "\n<effectiveTime" +
      attribute("value", options.created) + "/>\n<confidentialityCode code=\"N\"/>\n" +
      record_target(person) + "<author><time" + attribute("value", options.created) +
      "/><assignedAuthor>" + institution(person) + "</assignedAuthor></author>\n" +
      "<custodian><assignedCustodian><representedCustodianOrganization>" +
      id("102", person.value(Role::kInstitutionNumber)) +
      "</representedCustodianOrganization></assignedCustodian></custodian>\n";
  if (const auto voucher = person.value(Role::kVoucherNumber); !voucher.empty()) {
    out += "<participant typeCode=\"HLD\">" + coded("functionCode", "1", "208") +
           "<associatedEntity classCode=\"IDENT\">" + id("209", voucher) + "<scopingOrganization>" +
           id("101", insurer_of(person)) +
           "</scopingOrganization></associatedEntity></participant>\n";
  }
  return out + "<documentationOf><serviceEvent>" + coded("code", options.programme, "1002") +
         "<effectiveTime" + attribute("value", person.value(Role::kExamDate)) +
         "/><performer typeCode=\"PRF\"><assignedEntity>" + institution(person) +
         "</assignedEntity></performer></serviceEvent></documentationOf>\n";
}

std::string value_of(const Finding& finding) {
  const ProfileItem& item = *finding.item;
  const std::string type = "<value xsi:type=\"" + item.kind + "\"";
  if (finding.not_known) return type + " nullFlavor=\"NI\"/>";
  if (item.kind == "ST") return type + ">" + escaped(finding.standard) + "</value>";
  if (item.kind != "PQ") {
    return type + attribute("code", finding.code) + attribute("codeSystem", item.answers) + "/>";
  }
  std::string out = type + attribute("value", finding.number) +
                    (item.unit.empty() ? "" : attribute("unit", item.unit)) + "/>";
  if (finding.bound == 0) return out;
  return out + "<value xsi:type=\"CD\" code=\"" + std::string(1, finding.bound) +
         "\" codeSystem=\"2.16.840.1.113883.5.83\"/>";
}

std::string observation(const Finding& finding) {
  const ProfileItem& item = *finding.item;
  std::string out = "<observation classCode=\"OBS\" moodCode=\"EVN\"><code" +
                    attribute("code", item.code) +
                    attribute("codeSystem", std::string(kRoot) + "1005") +
                    attribute("displayName", item.name) + "/>" + value_of(finding);
  if (!item.method.empty()) out += coded("methodCode", item.method, "1007");
  return out + "</observation>";
}

// Items of a series stand under one parent without a code of its own, where its first one stood.
std::string entries(const std::vector<const Finding*>& findings) {
  std::map<std::string_view, std::string> series;
  for (const Finding* finding : findings) {
    if (finding->item->series.empty()) continue;
    series[finding->item->series] += "<entryRelationship typeCode=\"" + finding->item->relation +
                                     "\">" + observation(*finding) + "</entryRelationship>\n";
  }
  std::string out;
  for (const Finding* finding : findings) {
    const std::string& group = finding->item->series;
    if (group.empty()) {
      out += "<entry>" + observation(*finding) + "</entry>\n";
    } else if (auto members = series.extract(group); !members.empty()) {
      out += "<entry><observation classCode=\"OBS\" moodCode=\"EVN\"><code nullFlavor=\"NA\"/>\n" +
             members.mapped() + "</observation></entry>\n";
    }
  }
  return out;
}

}  // namespace

std::string hc08_document(const Person& person, const std::vector<Finding>& findings,
                          const InterchangeOptions& options) {
  std::map<std::string, std::vector<const Finding*>> sections;
  for (const Finding& finding : findings) {
    const std::string& section = finding.item->section;
    sections[section.empty() ? "01990" : section].push_back(&finding);
  }
  std::string out = std::string(kHead) +
                    "<ClinicalDocument xmlns=\"urn:hl7-org:v3\" "
                    "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" "
                    "xsi:schemaLocation=\"urn:hl7-org:v3 ../XSD/hc08_V08.xsd\">\n" +
                    header(person, options) + "<component><structuredBody>\n";
  for (const auto& [section, members] : sections) {
    out += "<component><section>" + coded("code", section, "1010") + "<text/>\n" +
           entries(members) + "</section></component>\n";
  }
  return out + "</structuredBody></component>\n</ClinicalDocument>\n";
}

std::string ix08_document(std::size_t documents, const InterchangeOptions& options) {
  return std::string(kHead) +
         "<index xmlns=\"https://www.mhlw.go.jp/stf/seisakunitsuite/bunya/0000161103.html\" "
         "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">\n<interactionType" +
         attribute("code", options.interaction) + "/>\n<creationTime" +
         attribute("value", options.created) + "/>\n<sender>" + id("102", options.sender_number) +
         "</sender>\n<receiver>" + id("101", padded(options.receiver_number, 8)) +
         "</receiver>\n<serviceEventType code=\"1\"/>\n<totalRecordCount" +
         attribute("value", std::to_string(documents)) + "/>\n</index>\n";
}

}  // namespace sekisho::converter
