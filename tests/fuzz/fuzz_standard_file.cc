// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include <cstdint>

#include "converter/archive/hc08.h"
#include "converter/interchange/export.h"
#include "node/base/check.h"

namespace {

using namespace sekisho;
using namespace sekisho::converter;

Digest no_hash(BytesView) { return {}; }

const Definition& definition() {
  static const Definition loaded = [] {
    std::map<std::string, Bytes> files;
    files["manifest.toml"] =
        "[catalog]\nid = \"f\"\nversion = \"1\"\ntitle = \"f\"\n[output]\nencoding = \"UTF-8\"\n";
    files["result_lists.csv"] = "list,code,term,valid_from,valid_to\nl,1,a,,\n";
    files["items.csv"] =
        "number,name,code17,type,format,unit,result_list,role\n1,a,,name,,,,name\n"
        "2,b,9N001000000000001,number,NNN.N,cm,,\n3,c,9N736000000000011,code,,,l,\n";
    auto definition = load_definition(files, no_hash);
    CHECK(definition.has_value());
    return std::move(*definition);
  }();
  return loaded;
}

}  // namespace

// Whatever a standard file holds, its documents are well formed.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Profile profile =
      Profile::load(
          "code,name,kind,format,unit,input_min,input_max\n9N001000000000001,b,PQ,NNN.N,cm,1,200\n"
          "9N736000000000011,c,ST,,,,\n",
          "oid,code,term\n")
          .value();
  const InterchangeOptions options{"20250401", "10", "010", "9910000018", "06990014", "6"};
  const std::string file = "a,b,c\n" + std::string(reinterpret_cast<const char*>(data), size);
  static_cast<void>(read_standard_file(file, definition(), [&](const Person& person) -> Status {
    std::vector<std::string> left_out;
    const auto findings = findings_of(person, profile, left_out);
    std::string record;
    const Status read = append_hc08_record(hc08_document(person, findings, options), record);
    CHECK(read || read.error().context.find("整形式") == std::string::npos);
    CHECK(!fhir_bundle(person, findings, options, no_hash).empty());
    return {};
  }));
  return 0;
}
