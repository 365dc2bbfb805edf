// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <string>

#include "converter/text/decode.h"
#include "converter/text/encode.h"
#include "converter/text/fold.h"
#include "node/base/check.h"

// Whatever decodes is valid UTF-8, decodes alike in two pieces, and survives folding and encoding.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sekisho;
  using namespace sekisho::converter;
  const BytesView input(reinterpret_cast<const char*>(data), size);
  for (const Encoding encoding : {Encoding::kCp932, Encoding::kUtf8, Encoding::kUtf16Le,
                                  Encoding::kUtf16Be, Encoding::kEucJp}) {
    std::string whole(decoded_size_max(encoding, size), '\0');
    const DecodeStep step = decode(encoding, input, true, whole.data());
    whole.resize(step.written);
    std::string again(decoded_size_max(Encoding::kUtf8, whole.size()), '\0');
    const DecodeStep check = decode(Encoding::kUtf8, whole, true, again.data());
    CHECK(!check.invalid);
    std::string first(decoded_size_max(encoding, size), '\0');
    const DecodeStep half = decode(encoding, input.substr(0, size / 2), false, first.data());
    CHECK(half.consumed <= size / 2);
    CHECK(std::string_view(first.data(), half.written) ==
          std::string_view(whole).substr(0, half.written));
    std::string out;
    append_cp932(out, whole);
    CHECK(out.size() == cp932_size_bytes(whole) || !is_standard_text(whole));
    CHECK(folded(folded(whole)) == folded(whole));
    CHECK(is_standard_text(with_geta(whole)));
  }
  return 0;
}
