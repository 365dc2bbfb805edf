// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "converter/hasher.h"
#include "converter/interchange/hc08_document.h"

namespace sekisho::converter {

// One person as a 健診結果報告書: a FHIR R4 Bundle of type document with Composition, Patient,
// Coverage, Organizations, Encounter and one Observation for each finding, in JSON. Identifiers of
// resources follow from the content, so the same person gives the same bytes.
[[nodiscard]] std::string fhir_bundle(const Person& person, const std::vector<Finding>& findings,
                                      const InterchangeOptions& options, const Hasher& hasher);

}  // namespace sekisho::converter
