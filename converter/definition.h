// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "converter/field/date.h"
#include "converter/field/decimal.h"
#include "converter/hasher.h"
#include "converter/text/text_map.h"
#include "node/base/bytes.h"
#include "node/base/result.h"

namespace sekisho::converter {

enum class ItemType : std::uint8_t {
  kNumber,
  kCode,
  kJudgement,
  kFindings,
  kText,
  kDate,
  kSex,
  kKana,
  kName,
  kDigits,
  kInsurer,
  kInstitution,
};

// What the engine needs to know an item as; the words are in docs/catalog-format.md.
enum class Role : std::uint8_t {
  kNone,
  kExamDate,
  kBirthDate,
  kSex,
  kName,
  kKana,
  kInsurerNumber,
  kInstitutionNumber,
  kVoucherNumber,
  kInsuredSymbol,
  kInsuredNumber,
  kEmployeeNumber,
  kHeight,
  kWeight,
  kBmi,
  kWaist,
  kWaistSelfReported,
  kSbp1,
  kDbp1,
  kSbp2,
  kDbp2,
  kSbpOther,
  kDbpOther,
  kPulse,
  kTgFasting,
  kTgCasual,
  kHdl,
  kLdl,
  kLdlCalculated,
  kNonHdl,
  kTc,
  kGlucoseFasting,
  kGlucoseCasual,
  kHba1c,
  kHba1cJds,
  kSamplingTime,
  kAlpIfcc,
  kAlpJscc,
  kHb,
  kHt,
  kRbc,
  kMcv,
  kMch,
  kMchc,
  kNeutro,
  kLympho,
  kMono,
  kEosino,
  kBaso,
  kTp,
  kAlb,
  kAgRatio,
  kTbil,
  kDbil,
  kCreatinine,
  kEgfr,
  kFvc,
  kFev1,
  kFev1Percent,
  kDrinking,
  kDrinkingAmount,
  kMetabo,
  kGuidanceLevel,
  kMedBp,
  kMedGlucose,
  kMedLipid,
  kFobt1,
  kFobt2,
  kCount,
};
[[nodiscard]] std::optional<Role> role_of(std::string_view word);

// One item of the standard format: two columns of the output.
struct Item {
  std::string name;
  std::string code17;
  std::vector<std::string> more_codes;
  ItemType type = ItemType::kText;
  Role role = Role::kNone;
  char sex = 0;                   // 'M', 'F' or 0
  std::uint8_t digits_whole = 0;  // of a number's format; 0 = not limited
  std::uint8_t digits_fraction = 0;
  bool has_format = false;
  std::uint16_t digits_exact = 0;    // type digits; 0 = any
  std::uint32_t size_bytes_max = 0;  // in CP932 bytes
  std::string unit;
  std::vector<std::string> unit_spellings;  // folded: the unit, its aliases, those of units.csv
  std::optional<Decimal> input_min, input_max, panic_low, panic_high;
  // Derived: a number with at most quiet_scale decimals between these, times 10^quiet_scale, draws
  // no message.
  std::uint8_t quiet_scale = 0;
  std::int64_t quiet_min = 0;
  std::int64_t quiet_max = -1;
  std::int32_t list = -1;      // result list (code, judgement) or dictionary (findings)
  std::int32_t presence = -1;  // item that says whether there is a finding
  std::string presence_yes, presence_no;
  std::int32_t pair = -1;  // the other side
  std::string group;
};

struct ListEntry {
  std::string code;
  std::string term;
  std::string encoded;  // the term as a field of the output
  Validity valid;
  std::uint32_t next_code = TextMap::kNone;  // the same code or term with another validity
  std::uint32_t next_term = TextMap::kNone;
};

// Answers with their dates. Immutable.
struct ResultList {
  std::string name;
  std::vector<ListEntry> entries;
  TextMap by_code;
  TextMap by_term;
  // Valid on the day, or null.
  [[nodiscard]] const ListEntry* find_code(std::string_view code, Date day) const;
  [[nodiscard]] const ListEntry* find_term(std::string_view term, Date day) const;
};

// Finding terms; exact and folded spellings lead to an index of `terms`. Places of the body do the
// same with `places`. Immutable.
struct Dictionary {
  std::string name;
  std::vector<std::string> terms;
  TextMap exact;
  TextMap folded;
  std::vector<std::string> places;
  TextMap folded_places;
  std::size_t place_size_max = 0;  // of a folded spelling, in bytes
};

// One way to meet a clause of a requirement.
struct Alternative {
  std::uint32_t item = 0;
  std::int32_t if_item = -1;          // counts only if this item …
  std::vector<std::string> if_codes;  // … has one of these codes, or
  std::optional<Decimal> if_below;    // … is a plain number below this
};

// Both ends inclusive, in years.
struct AgeRange {
  std::int32_t from = 0;
  std::int32_t to = 999;
};

// A row of requirements.csv: what a record must hold, by the rules of some kind of checkup.
struct Requirement {
  enum class Kind : std::uint8_t { kAny, kFinding, kGroup, kWith, kAge };
  std::string set;    // "tokutei", "rule44"; empty: for every checkup
  std::string title;  // of the rule, for people
  Kind kind = Kind::kAny;
  std::vector<std::vector<Alternative>> clauses;  // all of them; each by any of its alternatives
  std::vector<AgeRange> ages;                     // empty: every age
  bool age_at_year_end = false;                   // 31 March after the examination
  std::vector<Alternative> unless;                // the rule is void if one of these holds
};

struct SpecialWords {
  std::vector<std::string> not_done;
  std::vector<std::string> unmeasurable;
  std::vector<std::string> no_finding;
};

enum class OutputEncoding : std::uint8_t { kCp932, kUtf8Mark, kUtf8 };

struct OutputFormat {
  OutputEncoding encoding = OutputEncoding::kCp932;
  bool quote_all = false;
  bool header = true;
  std::string line_end = "\r\n";
  std::string original_suffix = "_原本";
  std::string unmeasurable = "測定不能";
  std::uint32_t item_size_bytes_max = 512;
  // Texts that a spreadsheet would run as a formula get an apostrophe in front (W-FORMULA).
  bool formula_guard = true;
};

// One file of a package, as far as results must name it.
struct PackagePart {
  std::string name;     // "findings.csv"
  std::string version;  // of the manifest, or the package's
  Digest digest;        // SHA-256 of the file
};

// A loaded catalog package: the target of every conversion. Immutable after loading; any thread.
struct Definition {
  std::string id, version, title, notice;
  OutputFormat output;
  SpecialWords words;
  std::vector<Item> items;
  std::vector<ResultList> lists;
  std::vector<Dictionary> dictionaries;
  std::vector<Requirement> requirements;
  std::vector<PackagePart> parts;  // by name
  TextMap by_name;                 // item name -> index
  TextMap by_code;                 // 17-character code -> first item with it
  TextMap unit_words;              // every folded unit spelling known here
  std::array<std::int32_t, static_cast<std::size_t>(Role::kCount)> item_of_role{};
  std::uint32_t checks_disabled = 0;  // bit n: check n is off
  Digest digest;

  [[nodiscard]] std::int32_t item_with(Role role) const {
    return item_of_role[static_cast<std::size_t>(role)];
  }
  [[nodiscard]] bool has_requirement_set(std::string_view set) const;
  [[nodiscard]] bool check_enabled(int number) const {
    return (checks_disabled >> number & 1u) == 0;
  }
};

// Reads a package from the bytes of its files, keyed by bare file name. Pure. Errors are
// kInvalidArgument and name file, line and what to do. Limits: 4,000 items, 16 MiB in all.
// `encoding` replaces the output encoding that the manifest states.
[[nodiscard]] Result<Definition> load_definition(const std::map<std::string, Bytes>& files,
                                                 const Hasher& hasher,
                                                 std::optional<OutputEncoding> encoding = {});
// "CP932", "UTF-8-BOM" or "UTF-8", as manifests write it.
[[nodiscard]] std::string_view encoding_name(OutputEncoding encoding);
[[nodiscard]] std::optional<OutputEncoding> encoding_of(std::string_view name);

// The digest that the ledger registers for a package (docs/catalog-format.md).
[[nodiscard]] Digest digest_of_package(const std::map<std::string, Bytes>& files,
                                       const Hasher& hasher);

}  // namespace sekisho::converter
