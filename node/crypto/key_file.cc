// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/crypto/key_file.h"

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "node/base/limits.h"

namespace sekisho::crypto {
namespace {

constexpr std::size_t kKeyFileSizeMax = 16 * limits::kKiB;
constexpr mode_t kOthers = S_IRWXG | S_IRWXO;

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int fd() const { return fd_; }
  [[nodiscard]] bool good() const { return fd_ >= 0; }

 private:
  int fd_;
};

Code code_of(int error) {
  switch (error) {
    case EEXIST:
      return Code::kAlreadyExists;
    case ENOENT:
      return Code::kNotFound;
    case EACCES:
    case EPERM:
      return Code::kPermissionDenied;
    case ENOSPC:
      return Code::kNoSpace;
    default:
      return Code::kIo;
  }
}

tl::unexpected<Error> failed(const std::string& path, const char* what) {
  const int error = errno;
  return fail(code_of(error), std::string("cannot ") + what + " key file " + path + ": " +
                                  std::generic_category().message(error));
}

Status write_all(int fd, BytesView bytes, const std::string& path) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return failed(path, "write");
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  if (::fsync(fd) != 0) return failed(path, "sync");
  return {};
}

Status sync_folder(const std::string& path) {
  std::string folder = std::filesystem::path(path).parent_path().string();
  if (folder.empty()) folder = ".";
  const Descriptor descriptor(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!descriptor.good() || ::fsync(descriptor.fd()) != 0)
    return failed(path, "sync the folder of");
  return {};
}

// Removes the name on destruction, whatever became of the file.
struct TemporaryName {
  std::string path;
  ~TemporaryName() { ::unlink(path.c_str()); }
};

// Written aside and linked into place, so that a crash leaves a whole key or none; link(2) refuses
// to overwrite, which rename(2) does not.
Status save(const std::string& path, BytesView pem) {
  TemporaryName aside{path + ".XXXXXX"};
  const Descriptor file(::mkostemp(aside.path.data(), O_CLOEXEC));  // creates with mode 0600
  if (!file.good()) return failed(path, "create");
  TRY_STATUS(write_all(file.fd(), pem, path));
  if (::link(aside.path.c_str(), path.c_str()) != 0) return failed(path, "create");
  return sync_folder(path);
}

Result<std::size_t> checked_size(int fd, const std::string& path) {
  struct stat about {};
  if (::fstat(fd, &about) != 0) return failed(path, "examine");
  if (!S_ISREG(about.st_mode)) return fail(Code::kInvalidArgument, path + " is not a regular file");
  if ((about.st_mode & kOthers) != 0)
    return fail(Code::kPermissionDenied,
                "key file " + path + " is open to others: run chmod 600 on it");
  const auto size = static_cast<std::size_t>(about.st_size);
  if (size > kKeyFileSizeMax) return fail(Code::kInvalidArgument, path + " is too large for a key");
  return size;
}

Result<Secret> read_file(const std::string& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.good()) return failed(path, "open");
  TRY(const std::size_t size, checked_size(file.fd(), path));
  Secret content(size);
  std::size_t filled = 0;
  while (filled < size) {
    const ssize_t got = ::read(file.fd(), content.writable().data() + filled, size - filled);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return failed(path, "read");
    if (got == 0) break;
    filled += static_cast<std::size_t>(got);
  }
  content.shrink(filled);
  return content;
}

}  // namespace

Status save_encrypted_key(const std::string& path, const PrivateKey& key,
                          const Secret& passphrase) {
  TRY(const Bytes pem, key.to_encrypted_pem(passphrase));
  return save(path, pem);
}

Status save_plain_key(const std::string& path, const PrivateKey& key) {
  return save(path, key.to_pem().view());
}

Result<PrivateKey> load_key(const std::string& path, const Secret& passphrase) {
  TRY(const Secret pem, read_file(path));
  const bool encrypted = pem.view().find("-----BEGIN ENCRYPTED PRIVATE KEY-----") != Bytes::npos;
  if (!encrypted) return PrivateKey::from_pem(pem.view());
  if (passphrase.empty())
    return fail(Code::kUnauthenticated, "key file " + path + " needs its passphrase");
  return PrivateKey::from_encrypted_pem(pem.view(), passphrase);
}

}  // namespace sekisho::crypto
