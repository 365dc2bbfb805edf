// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <set>

#include "converter/interchange/fhir_bundle.h"

namespace sekisho::converter {

enum class InterchangeForm : std::uint8_t { kHc08, kFhir };

// A standard file in another form, as one zip archive: 特定健診 XML (index and DATA/h*.xml) or FHIR
// bundles (one JSON file for each person).
struct Exported {
  Bytes archive;
  std::string name;  // of the archive, without ".zip"
  std::size_t persons = 0;
  std::set<std::string> left_out;  // items with a value that the form cannot say
};

// Pure. kInvalidArgument for a file that this definition did not write, and for numbers or a date
// in the options that the form does not allow.
[[nodiscard]] Result<Exported> export_standard_file(BytesView file, const Definition& definition,
                                                    const Profile& profile, InterchangeForm form,
                                                    const InterchangeOptions& options,
                                                    const Hasher& hasher);

}  // namespace sekisho::converter
