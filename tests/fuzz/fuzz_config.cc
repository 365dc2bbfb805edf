// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
// A node's configuration file. Whatever stands in it: an error or a configuration within bounds.
#include <cstddef>
#include <cstdint>

#include "node/base/check.h"
#include "node/config.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const sekisho::BytesView text(reinterpret_cast<const char*>(data), size);
  const auto config = sekisho::parse_config(text, "/etc/sekisho");
  if (!config) {
    CHECK(config.error().code == sekisho::Code::kInvalidArgument);
    return 0;
  }
  CHECK(config->node_number > 0);
  CHECK(config->worker_threads <= 256);
  CHECK(config->genesis_path.front() == '/');
  CHECK(!config->api_listen.host.empty());
  return 0;
}
