// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/blobs/blob_server.h"

#include <algorithm>

#include "node/base/limits.h"

namespace sekisho::blobs {
namespace {

Status serve(const storage::BlobStore& store, const MayFetch& may_fetch, std::uint64_t from_node,
             const v1::BlobRequest& request, v1::BlobChunk& chunk) {
  TRY(const Digest blob_id, Digest::from_bytes(request.blob_id()));
  if (request.length() == 0 || request.length() > limits::kBlobChunkSize) {
    return fail(Code::kInvalidArgument, "a piece has 1 byte to 1 MiB");
  }
  TRY_STATUS(may_fetch(from_node, blob_id));
  TRY(const auto held, store.info(blob_id));
  if (!held) return fail(Code::kNotFound, "this node does not hold blob " + blob_id.hex());
  if (request.offset() >= held->size_bytes) {
    return fail(Code::kInvalidArgument, "the offset is behind the end of the blob");
  }
  TRY(Bytes data, store.read(blob_id, request.offset(), request.length()));
  chunk.set_total_size(held->size_bytes);
  chunk.set_data(std::move(data));
  return {};
}

}  // namespace

v1::BlobChunk answer_blob_request(const storage::BlobStore& store, const MayFetch& may_fetch,
                                  std::uint64_t from_node, const v1::BlobRequest& request) {
  v1::BlobChunk chunk;
  chunk.set_request(request.request());
  if (const Status served = serve(store, may_fetch, from_node, request, chunk); !served) {
    chunk.set_code(static_cast<std::uint32_t>(served.error().code) + 1);
    chunk.set_context(served.error().context);
  }
  return chunk;
}

}  // namespace sekisho::blobs
