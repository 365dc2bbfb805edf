// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace sekisho::converter {

// Without outer U+0020, U+0009, CR, LF and U+3000.
[[nodiscard]] std::string_view strip(std::string_view text);

// The look-up form of a text (docs/map-format.md): full-width ASCII to half width, half-width
// katakana to full width, sound marks composed, U+3000 to U+0020, U+00B5 to U+03BC. Hyphens and
// dashes stay apart. Replaces the content of `out`.
void fold(std::string_view text, std::string& out);
[[nodiscard]] std::string folded(std::string_view text);

// Half-width katakana to full width with marks composed, and decomposed kana (U+3099, U+309A)
// composed; everything else as it is.
[[nodiscard]] std::string widen_kana(std::string_view text);

// True when compose_kana may change the text.
[[nodiscard]] bool needs_composing(std::string_view text);

// Only decomposed kana composed.
[[nodiscard]] std::string compose_kana(std::string_view text);

}  // namespace sekisho::converter
