// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/tools/files.h"

#include <cerrno>
#include <cstring>
#include <filesystem>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace sekisho::tools {
namespace {

Code code_of(int number) {
  switch (number) {
    case ENOENT:
      return Code::kNotFound;
    case EACCES:
    case EPERM:
      return Code::kPermissionDenied;
    case EEXIST:
      return Code::kAlreadyExists;
    case ENOSPC:
    case EDQUOT:
      return Code::kNoSpace;
    default:
      return Code::kIo;
  }
}

tl::unexpected<Error> system_failure(const std::string& path) {
  const int number = errno;
  return fail(code_of(number), path + ": " + std::strerror(number));
}

class File {
 public:
  File(const std::string& path, int flags, mode_t mode)
      : descriptor_(::open(path.c_str(), flags | O_CLOEXEC, mode)) {}
  ~File() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  [[nodiscard]] bool good() const { return descriptor_ >= 0; }
  [[nodiscard]] int descriptor() const { return descriptor_; }

 private:
  int descriptor_;
};

Result<std::uint64_t> size_within(const File& file, const std::string& path,
                                  std::uint64_t size_max) {
  if (!file.good()) return system_failure(path);
  struct stat info {};
  if (::fstat(file.descriptor(), &info) != 0) return system_failure(path);
  if (!S_ISREG(info.st_mode)) return fail(Code::kInvalidArgument, path + " is not a regular file");
  const auto size = static_cast<std::uint64_t>(info.st_size);
  if (size > size_max) {
    return fail(Code::kInvalidArgument, path + " has " + std::to_string(size) + " bytes; at most " +
                                            std::to_string(size_max) +
                                            " are accepted. Split the file and send the parts.");
  }
  return size;
}

Status read_exactly(const File& file, const std::string& path, char* data, std::uint64_t size) {
  while (size > 0) {
    const ssize_t count = ::read(file.descriptor(), data, size);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return system_failure(path);
    if (count == 0) return fail(Code::kIo, path + " became shorter while it was read; try again");
    data += count;
    size -= static_cast<std::uint64_t>(count);
  }
  return {};
}

Status write_all(const File& file, const std::string& path, BytesView bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(file.descriptor(), bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return system_failure(path);
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  if (::fsync(file.descriptor()) != 0) return system_failure(path);
  return {};
}

Status write_beside(const std::string& beside, BytesView bytes, mode_t mode) {
  const File file(beside, O_WRONLY | O_CREAT | O_EXCL, mode);
  if (!file.good()) return system_failure(beside);
  return write_all(file, beside, bytes);
}

// link() fails when there is a file of that name; rename() takes its place.
Status move_over(const std::string& beside, const std::string& path, bool replace) {
  if (replace) {
    if (::rename(beside.c_str(), path.c_str()) != 0) return system_failure(path);
    return {};
  }
  if (::link(beside.c_str(), path.c_str()) != 0) {
    if (errno != EEXIST) return system_failure(path);
    return fail(Code::kAlreadyExists, path + " exists already and is not overwritten");
  }
  if (::unlink(beside.c_str()) != 0) return system_failure(beside);
  return {};
}

}  // namespace

Result<Bytes> read_file(const std::string& path, std::uint64_t size_max) {
  const File file(path, O_RDONLY, 0);
  TRY(const std::uint64_t size, size_within(file, path, size_max));
  Bytes bytes(size, '\0');
  TRY_STATUS(read_exactly(file, path, bytes.data(), size));
  return bytes;
}

Result<Secret> read_secret_file(const std::string& path, std::uint64_t size_max) {
  const File file(path, O_RDONLY, 0);
  TRY(const std::uint64_t size, size_within(file, path, size_max));
  Secret secret(size);
  TRY_STATUS(read_exactly(file, path, secret.writable().data(), size));
  return secret;
}

Status write_file(const std::string& path, BytesView bytes, bool private_mode, bool replace) {
  const std::string beside = path + ".new";
  // What an interrupted run left may have another mode, or be a link to elsewhere.
  ::unlink(beside.c_str());
  Status written = write_beside(beside, bytes, private_mode ? 0600 : 0644);
  if (written) written = move_over(beside, path, replace);
  if (!written) {
    ::unlink(beside.c_str());
    return written;
  }
  const auto folder = std::filesystem::path(path).parent_path().string();
  const File directory(folder.empty() ? "." : folder, O_RDONLY | O_DIRECTORY, 0);
  if (!directory.good() || ::fsync(directory.descriptor()) != 0) return system_failure(path);
  return {};
}

Status make_folder(const std::string& path) {
  std::error_code error;
  const bool created = std::filesystem::create_directories(path, error);
  if (error) return fail(code_of(error.value()), path + ": " + error.message());
  if (created && ::chmod(path.c_str(), 0700) != 0) return system_failure(path);
  return {};
}

std::string with_setting(std::string_view text, std::string_view name, std::string_view value) {
  const std::string line = std::string(name) + " = \"" + std::string(value) + "\"\n";
  std::string out;
  bool replaced = false;
  while (!text.empty()) {
    const auto end = text.find('\n');
    const std::string_view old = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    const bool same = old.starts_with(name) && old.substr(name.size()).starts_with(" =");
    out += same ? line : std::string(old) + "\n";
    replaced = replaced || same;
  }
  return replaced ? out : out + line;
}

}  // namespace sekisho::tools
