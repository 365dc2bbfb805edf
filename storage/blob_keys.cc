// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/blob_keys.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <optional>
#include <utility>
#include <vector>

#include "node/base/log.h"
#include "node/crypto/at_rest.h"
#include "storage/detail/key_slot.h"
#include "storage/detail/posix.h"

namespace sekisho::storage {
namespace {

using detail::kKeySlotSize;

constexpr std::size_t kGrowthSlots = 512;  // 64 KiB
constexpr const char* kFile = "the at-rest key file";

Error not_held() { return {Code::kNotFound, "there is no at-rest key for this blob"}; }

off_t offset_of(std::uint64_t slot) { return static_cast<off_t>(slot * kKeySlotSize); }

Status write_all(int fd, BytesView bytes, off_t offset) {
  while (!bytes.empty()) {
    const ssize_t written = ::pwrite(fd, bytes.data(), bytes.size(), offset);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return fail(detail::errno_error(std::string("cannot write ") + kFile));
    bytes.remove_prefix(static_cast<std::size_t>(written));
    offset += written;
  }
  return {};
}

// Fewer bytes than asked for only at the end of the file.
Result<Bytes> read_up_to(int fd, std::size_t size_bytes, off_t offset) {
  Bytes bytes(size_bytes, '\0');
  std::size_t done = 0;
  while (done < size_bytes) {
    const ssize_t got =
        ::pread(fd, bytes.data() + done, size_bytes - done, offset + static_cast<off_t>(done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail(detail::errno_error(std::string("cannot read ") + kFile));
    if (got == 0) break;
    done += static_cast<std::size_t>(got);
  }
  bytes.resize(done);
  return bytes;
}

Status sync_data(int fd) {
  if (::fdatasync(fd) == 0) return {};
  return fail(detail::errno_error(std::string("cannot sync ") + kFile));
}

}  // namespace

class FileBlobKeys::Impl {
 public:
  Impl(detail::Fd fd, Secret node_key) : fd_(std::move(fd)), node_key_(std::move(node_key)) {}

  Status load(const std::string& path);
  Status put(const Digest& blob_id, const Secret& key);
  Result<Secret> get(const Digest& blob_id) const;
  bool contains(const Digest& blob_id) const;
  Status erase(const Digest& blob_id);

 private:
  Status initialise(const std::string& path);
  Status load_slots();
  Status load_slot(std::uint64_t slot, BytesView bytes);
  Status grow();
  Status clear_damaged(const Digest& blob_id);
  // Overwrites the slot, durably. After a failure the disk's state is unknown and nothing more is
  // written, save that a full disk refused whole.
  Status write_slot(std::uint64_t slot, BytesView bytes);

  const detail::Fd fd_;
  const Secret node_key_;
  mutable std::mutex mutex_;  // all below
  std::map<Digest, std::uint64_t> slots_;
  std::multimap<Digest, std::uint64_t> damaged_;  // by the blob they seem to be of
  std::vector<std::uint64_t> free_;
  std::uint64_t slot_count_ = 0;  // the head included
  std::optional<Error> fence_;
};

Status FileBlobKeys::Impl::load(const std::string& path) {
  TRY(const Bytes head, read_up_to(fd_.get(), kKeySlotSize, 0));
  // The head is written last at creation, so an unfinished file is shorter than it or zero there.
  if (head.size() < kKeySlotSize || head == Bytes(kKeySlotSize, '\0')) {
    TRY_STATUS(initialise(path));
  } else {
    TRY_STATUS(detail::check_key_file_head(head, node_key_));
  }
  return load_slots();
}

Status FileBlobKeys::Impl::initialise(const std::string& path) {
  TRY_STATUS(write_all(fd_.get(), Bytes(kKeySlotSize * kGrowthSlots, '\0'), 0));
  TRY_STATUS(sync_data(fd_.get()));
  TRY_STATUS(write_all(fd_.get(), detail::make_key_file_head(node_key_), 0));
  TRY_STATUS(sync_data(fd_.get()));
  return detail::sync_parent(path);
}

Status FileBlobKeys::Impl::load_slots() {
  constexpr std::size_t kReadSize = kKeySlotSize * kGrowthSlots;
  slot_count_ = 1;
  while (true) {
    TRY(const Bytes bytes, read_up_to(fd_.get(), kReadSize, offset_of(slot_count_)));
    const std::size_t whole = bytes.size() / kKeySlotSize;
    for (std::size_t i = 0; i < whole; ++i) {
      TRY_STATUS(
          load_slot(slot_count_ + i, BytesView(bytes).substr(i * kKeySlotSize, kKeySlotSize)));
    }
    slot_count_ += whole;
    if (bytes.size() < kReadSize) return {};
  }
}

Status FileBlobKeys::Impl::load_slot(std::uint64_t slot, BytesView bytes) {
  const auto blob_id = detail::decode_key_slot(slot, bytes);
  if (blob_id && *blob_id) {
    slots_[**blob_id] = slot;
    return {};
  }
  if (!blob_id) {
    // It may have been read wrongly, this once, and it may be the only key of a file: it is kept,
    // and not used again, until its blob is purged or comes anew.
    log::error("blob_key_damaged", {{"slot", slot}});
    if (const auto named = Digest::from_bytes(bytes.substr(1, Digest::kSize)); named) {
      damaged_.emplace(*named, slot);
    }
    return {};
  }
  free_.push_back(slot);
  return {};
}

Status FileBlobKeys::Impl::grow() {
  TRY_STATUS(
      write_all(fd_.get(), Bytes(kKeySlotSize * kGrowthSlots, '\0'), offset_of(slot_count_)));
  if (::fsync(fd_.get()) != 0) {
    return fail(detail::errno_error(std::string("cannot sync ") + kFile));
  }
  for (std::size_t i = kGrowthSlots; i > 0; --i) free_.push_back(slot_count_ + i - 1);
  slot_count_ += kGrowthSlots;
  return {};
}

Status FileBlobKeys::Impl::write_slot(std::uint64_t slot, BytesView bytes) {
  if (fence_) return fail(*fence_);
  Status status = write_all(fd_.get(), bytes, offset_of(slot));
  if (status) status = sync_data(fd_.get());
  if (!status && status.error().code != Code::kNoSpace) fence_ = status.error();
  return status;
}

Status FileBlobKeys::Impl::clear_damaged(const Digest& blob_id) {
  for (auto at = damaged_.find(blob_id); at != damaged_.end(); at = damaged_.find(blob_id)) {
    TRY_STATUS(write_slot(at->second, Bytes(kKeySlotSize, '\0')));
    free_.push_back(at->second);
    damaged_.erase(at);
  }
  return {};
}

Status FileBlobKeys::Impl::put(const Digest& blob_id, const Secret& key) {
  const std::scoped_lock lock(mutex_);
  TRY_STATUS(clear_damaged(blob_id));
  const auto held = slots_.find(blob_id);
  if (held != slots_.end()) {
    return write_slot(held->second, detail::seal_key_slot(node_key_, held->second, blob_id, key));
  }
  if (free_.empty()) {
    TRY_STATUS(grow());
  }
  const std::uint64_t slot = free_.back();
  TRY_STATUS(write_slot(slot, detail::seal_key_slot(node_key_, slot, blob_id, key)));
  free_.pop_back();
  slots_.emplace(blob_id, slot);
  return {};
}

Result<Secret> FileBlobKeys::Impl::get(const Digest& blob_id) const {
  const std::scoped_lock lock(mutex_);
  const auto held = slots_.find(blob_id);
  if (held == slots_.end()) return fail(not_held());
  TRY(const Bytes bytes, read_up_to(fd_.get(), kKeySlotSize, offset_of(held->second)));
  if (bytes.size() < kKeySlotSize) {
    return fail(Code::kCorrupt, std::string(kFile) + " has been cut short");
  }
  return detail::open_key_slot(node_key_, held->second, blob_id, bytes);
}

bool FileBlobKeys::Impl::contains(const Digest& blob_id) const {
  const std::scoped_lock lock(mutex_);
  return slots_.contains(blob_id);
}

Status FileBlobKeys::Impl::erase(const Digest& blob_id) {
  const std::scoped_lock lock(mutex_);
  TRY_STATUS(clear_damaged(blob_id));
  const auto held = slots_.find(blob_id);
  if (held == slots_.end()) return {};
  TRY_STATUS(write_slot(held->second, Bytes(kKeySlotSize, '\0')));
  free_.push_back(held->second);
  slots_.erase(held);
  return {};
}

Result<std::unique_ptr<FileBlobKeys>> FileBlobKeys::open(const std::string& path, Secret node_key) {
  if (node_key.size() != crypto::kAtRestKeySize) {
    return fail(Code::kInvalidArgument, "the node key of the blob store has 32 bytes");
  }
  detail::Fd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!fd.is_open()) return fail(detail::errno_error(std::string("cannot open ") + kFile));
  auto impl = std::make_unique<Impl>(std::move(fd), std::move(node_key));
  TRY_STATUS(impl->load(path));
  return std::unique_ptr<FileBlobKeys>(new FileBlobKeys(std::move(impl)));
}

FileBlobKeys::FileBlobKeys(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
FileBlobKeys::~FileBlobKeys() = default;

Status FileBlobKeys::put(const Digest& blob_id, const Secret& key) {
  return impl_->put(blob_id, key);
}
Result<Secret> FileBlobKeys::get(const Digest& blob_id) const { return impl_->get(blob_id); }
bool FileBlobKeys::contains(const Digest& blob_id) const { return impl_->contains(blob_id); }
Status FileBlobKeys::erase(const Digest& blob_id) { return impl_->erase(blob_id); }

Status MemoryBlobKeys::put(const Digest& blob_id, const Secret& key) {
  const std::scoped_lock lock(mutex_);
  keys_[blob_id] = Bytes(key.view());
  return {};
}

Result<Secret> MemoryBlobKeys::get(const Digest& blob_id) const {
  const std::scoped_lock lock(mutex_);
  const auto held = keys_.find(blob_id);
  if (held == keys_.end()) return fail(not_held());
  return Secret(BytesView(held->second));
}

bool MemoryBlobKeys::contains(const Digest& blob_id) const {
  const std::scoped_lock lock(mutex_);
  return keys_.contains(blob_id);
}

Status MemoryBlobKeys::erase(const Digest& blob_id) {
  const std::scoped_lock lock(mutex_);
  const auto held = keys_.find(blob_id);
  if (held == keys_.end()) return {};
  wipe(held->second);
  keys_.erase(held);
  return {};
}

}  // namespace sekisho::storage
