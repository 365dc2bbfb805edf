// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include <variant>

#include "consensus/message.h"
#include "node/base/check.h"
#include "node/replica/codec.h"

using namespace sekisho;

// What parses can be written, and read again as the same.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto frame = replica::parse_frame(BytesView(reinterpret_cast<const char*>(data), size));
  if (!frame) return 0;
  if (const auto* message = std::get_if<consensus::Message>(&*frame)) {
    CHECK(consensus::validate(*message).has_value());
    const auto again = replica::parse_frame(replica::encode_frame(*message));
    CHECK(again.has_value());
    CHECK(consensus::to_string(std::get<consensus::Message>(*again)) ==
          consensus::to_string(*message));
  } else if (const auto* forward = std::get_if<replica::ForwardFrame>(&*frame)) {
    const auto again = replica::parse_frame(replica::encode_frame(*forward));
    CHECK(again.has_value());
    CHECK(std::get<replica::ForwardFrame>(*again).operations == forward->operations);
  } else if (const auto* attestation = std::get_if<replica::AttestationFrame>(&*frame)) {
    CHECK(replica::parse_frame(replica::encode_frame(*attestation)).has_value());
  }
  return 0;
}
