#include "shell/cli/files.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace lab::cli {

namespace fs = std::filesystem;

namespace {

constexpr mode_t usual_mode = 0666;  // less what the umask takes

[[noreturn]] void refuse(const std::string& path, int reason) {
  throw std::runtime_error("'" + path + "' could not be written: " + std::strerror(reason) + ".");
}

// A file that is open for writing, closed in the end.
class Descriptor {
 public:
  Descriptor(const std::string& path, int flags)
      : number_(open(path.c_str(), flags | O_CLOEXEC, usual_mode)) {}
  ~Descriptor() {
    if (number_ >= 0) close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  int number() const { return number_; }
  // Errors may come as late as here. 0, or the errno.
  int finish() { return close(std::exchange(number_, -1)) == 0 ? 0 : errno; }

 private:
  int number_;
};

// 0, or the errno.
int put(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return 0;
}

// Where the bytes of `path` end up: a link is followed, so that it stays one.
std::string behind_links(const std::string& path) {
  std::error_code none;
  const fs::path target = fs::is_symlink(path, none) ? fs::canonical(path, none) : fs::path();
  return target.empty() ? path : target.string();
}

bool is_special(const struct stat& status) {
  return !S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode);
}

std::string beside(const std::string& path) { return path + ".part"; }

}  // namespace

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file || fs::is_directory(path))
    throw std::runtime_error("'" + path + "' could not be read.");
  return {std::istreambuf_iterator<char>(file), {}};
}

void write_file(const std::string& path, const void* from, std::size_t size) {
  const std::string_view bytes(static_cast<const char*>(from), size);
  const std::string target = behind_links(path);
  struct stat before {};
  const bool there = stat(target.c_str(), &before) == 0;
  if (there && is_special(before)) {
    Descriptor file(target, O_WRONLY);
    int error = file.number() < 0 ? errno : put(file.number(), bytes);
    if (error == 0) error = file.finish();
    if (error != 0) refuse(path, error);
    return;
  }
  if (there && S_ISDIR(before.st_mode)) refuse(path, EISDIR);
  const std::string part = beside(target);
  Descriptor file(part, O_WRONLY | O_CREAT | O_TRUNC);
  if (file.number() < 0) refuse(path, errno);
  if (there) (void)fchmod(file.number(), before.st_mode & 07777);
  int error = put(file.number(), bytes);
  if (error == 0 && fsync(file.number()) != 0) error = errno;
  struct stat written {};
  if (error == 0 && fstat(file.number(), &written) != 0) error = errno;
  if (error == 0 && written.st_size != static_cast<off_t>(bytes.size())) error = EIO;
  if (error == 0) error = file.finish();
  if (error == 0 && rename(part.c_str(), target.c_str()) != 0) error = errno;
  if (error != 0) {
    unlink(part.c_str());
    refuse(path, error);
  }
  // The name is on the disk only when its folder is. Some file systems cannot say.
  const fs::path folder = fs::path(target).parent_path();
  const Descriptor directory(folder.empty() ? "." : folder.string(), O_RDONLY | O_DIRECTORY);
  if (directory.number() >= 0) (void)fsync(directory.number());
}

void require_writable(const std::string& path) {
  const std::string target = behind_links(path);
  struct stat before {};
  const bool there = stat(target.c_str(), &before) == 0;
  if (there && S_ISDIR(before.st_mode)) refuse(path, EISDIR);
  if (there && is_special(before)) {
    if (access(target.c_str(), W_OK) != 0) refuse(path, errno);
    return;
  }
  const std::string part = beside(target);
  Descriptor file(part, O_WRONLY | O_CREAT);
  int error = file.number() < 0 ? errno : put(file.number(), "0");
  unlink(part.c_str());
  if (error != 0) refuse(path, error);
}

OutputFolder::OutputFolder(std::string path) : path_(std::move(path)), descriptor_(-1) {
  std::error_code problem;
  fs::create_directories(path_, problem);
  if (!fs::is_directory(path_)) refuse(path_, problem ? problem.value() : ENOTDIR);
  const int opened = open(path_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (opened < 0) refuse(path_, errno);
  if (flock(opened, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
    close(opened);
    throw std::runtime_error("Another run is writing into '" + path_ + "'.");
  }
  descriptor_ = opened;
}

OutputFolder::~OutputFolder() { close(descriptor_); }

}  // namespace lab::cli
