// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "converter/convert.h"

namespace sekisho::converter {

// A sender's file in memory as a conversion by this map reads it: as it is; the one file inside,
// when it is a zip archive (one level: an archive inside stays what it is); for layout hc08 the
// records of all documents DATA/h*.xml of a 特定健診 archive, or of the one document that the file
// is. What is wrong with an archive comes out of opening or reading as kInvalidArgument, which
// convert() reports as F-ARCHIVE. Views the bytes and the map. Memory: one document at a time.
[[nodiscard]] Result<std::unique_ptr<ByteSource>> open_input(BytesView file, const MapFile& map);

// open_input and convert() in one; what cannot be opened is an outcome with F-ARCHIVE.
[[nodiscard]] Result<Outcome> convert_file_bytes(BytesView file, const MapFile& map,
                                                 const Definition& definition,
                                                 const Options& options, const Hasher& hasher,
                                                 OutputSink& sink);

}  // namespace sekisho::converter
