// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "converter/pipeline/row.h"

namespace sekisho::converter {

// The correlation checks (相関チェック) 2-20 of one record, those that the package leaves on, in
// order of their numbers; exact arithmetic throughout. Check 1 is part of complete_presence; 21 and
// 22 need knowledge that a single file does not hold (kind of checkup, earlier deliveries) and are
// not made. A missing value makes a check pass.
void check_correlation(Row& row);

// eGFR in hundredths of mL/min/1.73m2 by 194 x Cr^-1.094 x age^-0.287 (x 0.739 for women), within
// 0.01; creatinine above 0, age 18 to 120. Integers only.
[[nodiscard]] std::int64_t egfr_hundredths(const Decimal& creatinine, std::int32_t age, bool woman);

}  // namespace sekisho::converter
