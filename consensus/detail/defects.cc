// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "consensus/detail/defects.h"

namespace sekisho::consensus {

#ifdef SEKISHO_CONSENSUS_DEFECTS
Defects defects;
#endif

}  // namespace sekisho::consensus
