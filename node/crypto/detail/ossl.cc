// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/crypto/detail/ossl.h"

#include <openssl/err.h>

#include "node/base/check.h"

namespace sekisho::crypto::detail {

BioPtr reader(BytesView bytes) {
  CHECK(bytes.size() <= 0x7fffffff);
  BioPtr bio(BIO_new_mem_buf(bytes.data(), static_cast<int>(bytes.size())));
  CHECK(bio != nullptr);
  return bio;
}

BytesView written(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return {data, static_cast<std::size_t>(size)};
}

void clear_errors() { ERR_clear_error(); }

}  // namespace sekisho::crypto::detail
