// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "converter/convert.h"
#include "converter/map_file.h"

namespace sekisho::converter {

// UTF-16 as UTF-8, so that bytes tell where records end. Strict: what is no character becomes the
// byte FF, at which reading stops, and origin() says where it stands in the file. One thread; the
// source outlives it.
class TranscodingSource final : public ByteSource {
 public:
  TranscodingSource(ByteSource& source, Encoding encoding) : source_(source), encoding_(encoding) {}

  Result<std::size_t> read(char* buffer, std::size_t size_bytes) override;
  Status rewind() override;
  [[nodiscard]] std::uint64_t origin(std::uint64_t offset) const override {
    return bad_ ? bad_offset_ : offset;
  }

 private:
  Status fill();

  ByteSource& source_;
  Encoding encoding_;
  std::string pending_;
  std::string made_;
  std::size_t made_at_ = 0;
  std::uint64_t consumed_ = 0;
  std::uint64_t bad_offset_ = 0;
  bool bad_ = false;
  bool source_ended_ = false;
};

}  // namespace sekisho::converter
