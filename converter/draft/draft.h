// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "converter/draft/synonyms.h"
#include "converter/hasher.h"
#include "converter/map_file.h"

namespace sekisho::converter {

struct DraftOptions {
  std::string id;
  std::string owner;                 // institution number, may be empty
  std::optional<Encoding> encoding;  // detected when not stated
  std::optional<HeaderMode> header;  // likewise
};

// A map file for a person to finish. Every column is declared with its header; those whose header
// names an item exactly are proposed, the others are UNMAPPED with the reason. Nothing of the
// sample but headers, and spellings of coded answers that a table needs, goes into it.
struct Draft {
  std::string toml;
  std::size_t columns = 0;
  std::size_t proposed = 0;
  std::size_t undecided = 0;
};

// Pure. kInvalidArgument when the sample cannot be read or has no columns. Looks at the first 4 MiB
// and 2,000 records.
[[nodiscard]] Result<Draft> draft_map(BytesView sample, const Definition& definition,
                                      const Synonyms& synonyms, const DraftOptions& options,
                                      const Hasher& hasher);

}  // namespace sekisho::converter
