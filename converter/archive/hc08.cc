// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "converter/archive/hc08.h"

#include <expat.h>

#include <array>
#include <memory>
#include <string_view>
#include <type_traits>
#include <vector>

namespace sekisho::converter {
namespace {

constexpr char kSeparator = '|';
constexpr std::string_view kCda = "urn:hl7-org:v3|";
constexpr std::string_view kInstitution = "1.2.392.200119.6.102";
constexpr std::string_view kInsurer = "1.2.392.200119.6.101";
constexpr std::string_view kSymbol = "1.2.392.200119.6.204";
constexpr std::string_view kNumber = "1.2.392.200119.6.205";
constexpr std::string_view kVoucher = "1.2.392.200119.6.209";
constexpr std::size_t kTextSizeMax = 4096;

enum Leading : std::size_t {
  kInstitutionNumber,
  kInstitutionName,
  kExamDate,
  kVoucherNumber,
  kName,
  kBirthDate,
  kSex,
  kInsurerNumber,
  kInsuredSymbol,
  kInsuredNumber,
  kBranch,
  kPostalCode,
  kAddress,
  kLeadingCount,
};

struct Observation {
  std::string code, name, result, unit;
  bool has_value = false;
  bool not_known = false;  // nullFlavor: done without result
};

class Attributes {
 public:
  explicit Attributes(const XML_Char** pairs) : pairs_(pairs) {}
  [[nodiscard]] std::string_view get(std::string_view name) const {
    for (const XML_Char** at = pairs_; at[0] != nullptr; at += 2) {
      if (name == at[0]) return at[1];
    }
    return {};
  }

 private:
  const XML_Char** pairs_;
};

// Reads one document by its start tags, end tags and text.
class Reader {
 public:
  explicit Reader(XML_Parser parser) : parser_(parser) {}

  void start(std::string_view name, const Attributes& attributes);
  void end();
  void text(std::string_view text);
  void refuse(const char* why) {
    if (refusal_ == nullptr) refusal_ = why;
    XML_StopParser(parser_, XML_FALSE);
  }
  [[nodiscard]] const char* refusal() const { return refusal_; }
  [[nodiscard]] bool is_document() const { return is_document_; }
  void write(std::string& out) const;

 private:
  [[nodiscard]] bool inside(std::string_view element) const {
    for (const std::string& open : path_) {
      if (open == element) return true;
    }
    return false;
  }
  [[nodiscard]] bool parent_is(std::string_view element) const {
    return path_.size() > 1 && path_[path_.size() - 2] == element;
  }
  void start_header(std::string_view name, const Attributes& attributes);
  void start_body(std::string_view name, const Attributes& attributes);
  void start_value(const Attributes& attributes);
  void take_id(const Attributes& attributes);
  void set(Leading field, std::string_view value) {
    if (leading_[field].empty()) leading_[field] = value;
  }

  XML_Parser parser_;
  const char* refusal_ = nullptr;
  bool is_document_ = false;
  std::vector<std::string> path_;
  std::array<std::string, kLeadingCount> leading_;
  std::vector<Observation> observations_;
  std::vector<std::size_t> open_;  // observations that are open, innermost last
  std::string text_;
};

void Reader::take_id(const Attributes& attributes) {
  const std::string_view root = attributes.get("root");
  const std::string_view value = attributes.get("extension");
  if (root == kInsurer) set(kInsurerNumber, value);
  if (root == kSymbol) set(kInsuredSymbol, value);
  if (root == kNumber) set(kInsuredNumber, value);
  if (root == kVoucher) set(kVoucherNumber, value);
  if (root == kInstitution && (inside("documentationOf") || inside("author"))) {
    set(kInstitutionNumber, value);
  }
}

void Reader::start_header(std::string_view name, const Attributes& attributes) {
  if (name == "id") take_id(attributes);
  if (name == "birthTime" && inside("recordTarget")) set(kBirthDate, attributes.get("value"));
  if (name == "administrativeGenderCode") set(kSex, attributes.get("code"));
  if (name == "effectiveTime" && parent_is("serviceEvent")) set(kExamDate, attributes.get("value"));
  if (name == "low" && inside("serviceEvent")) set(kExamDate, attributes.get("value"));
}

// The innermost observation takes the first value that is no "less than the minimum" mark beside
// it.
void Reader::start_value(const Attributes& attributes) {
  if (open_.empty() || !parent_is("observation")) return;
  Observation& observation = observations_[open_.back()];
  if (observation.has_value) return;
  observation.has_value = true;
  if (!attributes.get("nullFlavor").empty()) {
    observation.not_known = true;
    return;
  }
  observation.result = attributes.get("value");
  observation.unit = attributes.get("unit");
  if (observation.result.empty()) observation.result = attributes.get("code");
}

void Reader::start_body(std::string_view name, const Attributes& attributes) {
  if (name == "observation") {
    if (observations_.size() == kHc08ItemsMax) return refuse("項目が多すぎます");
    open_.push_back(observations_.size());
    observations_.emplace_back();
  } else if (name == "code" && !open_.empty() && parent_is("observation")) {
    observations_[open_.back()].code = attributes.get("code");
    observations_[open_.back()].name = attributes.get("displayName");
  } else if (name == "value") {
    start_value(attributes);
  }
}

void Reader::start(std::string_view name, const Attributes& attributes) {
  if (path_.size() == kHc08DepthMax) return refuse("入れ子が深すぎます");
  // An address may stand around its postal code.
  if (!path_.empty() && path_.back() == "addr" && inside("patientRole")) set(kAddress, text_);
  text_.clear();
  const bool known = name.starts_with(kCda);
  const std::string_view local = known ? name.substr(kCda.size()) : std::string_view();
  if (path_.empty()) is_document_ = local == "ClinicalDocument";
  path_.emplace_back(local);
  if (!known) return;
  if (inside("structuredBody")) {
    start_body(local, attributes);
  } else {
    start_header(local, attributes);
  }
}

void Reader::text(std::string_view text) {
  if (text_.size() + text.size() <= kTextSizeMax) {
    text_ += text;
  } else {
    refuse("文字列が長すぎます");
  }
}

void Reader::end() {
  const std::string name = path_.back();
  if (name == "observation" && !open_.empty()) open_.pop_back();
  if (name == "value" && !open_.empty() && parent_is("observation")) {
    Observation& observation = observations_[open_.back()];
    if (observation.result.empty() && !observation.not_known) observation.result = text_;
  }
  if (name == "name" && inside("patient")) set(kName, text_);
  if (name == "name" && inside("representedOrganization")) set(kInstitutionName, text_);
  if (name == "postalCode" && inside("recordTarget")) set(kPostalCode, text_);
  if (name == "addr" && inside("patientRole")) set(kAddress, text_);
  path_.pop_back();
  text_.clear();
}

void put(std::string& out, std::string_view value, bool first = false) {
  out += first ? "\"" : ",\"";
  for (const char c : value) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  out += '"';
}

void Reader::write(std::string& out) const {
  for (std::size_t i = 0; i < kLeadingCount; ++i) put(out, leading_[i], i == 0);
  for (const Observation& one : observations_) {
    // A parent of a group, or an item that was not done.
    if (one.code.empty() || !one.has_value) continue;
    put(out, one.code);
    put(out, one.name);
    put(out, one.not_known ? "2" : "1");
    put(out, "");
    put(out, "");
    put(out, one.result);
    put(out, one.unit);
    put(out, "");
  }
  out += '\n';
}

Reader& reader_of(void* data) { return *static_cast<Reader*>(data); }

void on_start(void* data, const XML_Char* name, const XML_Char** attributes) {
  reader_of(data).start(name, Attributes(attributes));
}
void on_end(void* data, const XML_Char*) { reader_of(data).end(); }
void on_text(void* data, const XML_Char* text, int size) {
  reader_of(data).text({text, static_cast<std::size_t>(size)});
}
void on_doctype(void* data, const XML_Char*, const XML_Char*, const XML_Char*, int) {
  reader_of(data).refuse("文書型宣言は使えません");
}

struct FreeParser {
  void operator()(XML_Parser parser) const { XML_ParserFree(parser); }
};

}  // namespace

Status append_hc08_record(BytesView xml, std::string& out) {
  if (xml.size() > kHc08SizeMax) return fail(Code::kInvalidArgument, "XML: 大きすぎます");
  const std::unique_ptr<std::remove_pointer_t<XML_Parser>, FreeParser> parser(
      XML_ParserCreateNS(nullptr, kSeparator));
  // A fixed salt: hash flooding is bounded by the size, and the same bytes take the same way.
  XML_SetHashSalt(parser.get(), 1);
  Reader reader(parser.get());
  XML_SetUserData(parser.get(), &reader);
  XML_SetElementHandler(parser.get(), on_start, on_end);
  XML_SetCharacterDataHandler(parser.get(), on_text);
  XML_SetStartDoctypeDeclHandler(parser.get(), on_doctype);
  const XML_Status parsed =
      XML_Parse(parser.get(), xml.data(), static_cast<int>(xml.size()), XML_TRUE);
  if (parsed != XML_STATUS_OK) {
    const char* why = reader.refusal() != nullptr ? reader.refusal() : "整形式ではありません";
    return fail(Code::kInvalidArgument,
                std::string("XML: ") + why + "（" +
                    std::to_string(XML_GetCurrentLineNumber(parser.get())) + " 行 " +
                    std::to_string(XML_GetCurrentColumnNumber(parser.get()) + 1) + " 桁）");
  }
  if (!reader.is_document()) {
    return fail(Code::kInvalidArgument, "XML: 特定健診の文書（ClinicalDocument）ではありません");
  }
  reader.write(out);
  return {};
}

}  // namespace sekisho::converter
