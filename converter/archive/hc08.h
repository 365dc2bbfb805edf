// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "node/base/bytes.h"
#include "node/base/result.h"

namespace sekisho::converter {

// Bounds of one document of a 特定健診 archive.
inline constexpr std::size_t kHc08SizeMax = 4u << 20;
inline constexpr int kHc08DepthMax = 64;
inline constexpr std::size_t kHc08ItemsMax = 2'000;

// Appends the record of layout hc08 (docs/map-format.md) that one CDA document (hc08, any version)
// of the 特定健診 file comes to: thirteen leading fields, then eight for each observation with a
// code, all quoted, ended by a line feed. Document type declarations, entities of its own and depth
// or size over the bounds are refused; nothing outside of the document is ever read.
// kInvalidArgument with what is wrong and where (line and column), without values. Pure.
[[nodiscard]] Status append_hc08_record(BytesView xml, std::string& out);

}  // namespace sekisho::converter
