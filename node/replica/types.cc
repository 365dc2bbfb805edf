// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/replica/types.h"

#include "node/base/check.h"

namespace sekisho::replica {

const char* stage_name(OperationStage stage) {
  switch (stage) {
    case OperationStage::kNotSeen:
      return "NOT_SEEN";
    case OperationStage::kPending:
      return "PENDING";
    case OperationStage::kCommitted:
      return "COMMITTED";
    case OperationStage::kAttested:
      return "ATTESTED";
    case OperationStage::kExpired:
      return "EXPIRED";
  }
  check_failed("stage is known", __FILE__, __LINE__);
}

}  // namespace sekisho::replica
