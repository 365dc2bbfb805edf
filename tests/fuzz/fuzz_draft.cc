// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <map>

#include "converter/draft/draft.h"
#include "converter/draft/map_diff.h"
#include "node/base/check.h"

namespace {

using namespace sekisho;
using namespace sekisho::converter;

Digest no_hash(BytesView) { return {}; }

const Definition& definition() {
  static const Definition loaded = [] {
    std::map<std::string, Bytes> files;
    files["manifest.toml"] = "[catalog]\nid = \"f\"\nversion = \"1\"\ntitle = \"f\"\n[output]\n";
    files["result_lists.csv"] = "list,code,term,valid_from,valid_to\nl,1,a,,\n";
    files["items.csv"] =
        "number,name,code17,type,format,unit,result_list,role\n1,a,,date,,,,exam_date\n"
        "2,b,9N001000000000001,number,NNN.N,cm,,\n3,c,,code,,,l,\n4,d,,sex,,,,sex\n";
    auto definition = load_definition(files, no_hash);
    CHECK(definition.has_value());
    return std::move(*definition);
  }();
  return loaded;
}

}  // namespace

// A draft of anything is a map that loads (the drafter checks) or a clear error; maps compare with
// themselves as equal.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const BytesView input(reinterpret_cast<const char*>(data), size);
  static const Synonyms synonyms = Synonyms::load("header,item\n", definition()).value();
  const auto draft = draft_map(input, definition(), synonyms, {"fuzz", "", {}, {}}, no_hash);
  if (draft) {
    const auto same = diff_maps(draft->toml, draft->toml);
    CHECK(same.has_value() && same->empty());
  } else {
    CHECK(draft.error().context.find("the draft") == std::string::npos);
  }
  static_cast<void>(diff_maps(input, input));
  static_cast<void>(Synonyms::load(input, definition()));
  return 0;
}
