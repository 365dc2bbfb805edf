// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/base/log.h"

#include <memory>

#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

namespace sekisho::log {
namespace {

constexpr const char* kLoggerName = "sekisho";
constexpr const char* kPattern = R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l",%v})";

spdlog::level::level_enum to_spdlog(Level level) {
  switch (level) {
    case Level::kDebug:
      return spdlog::level::debug;
    case Level::kInfo:
      return spdlog::level::info;
    case Level::kWarning:
      return spdlog::level::warn;
    case Level::kError:
      return spdlog::level::err;
  }
  return spdlog::level::err;
}

void configure(spdlog::logger& logger, Level level) {
  logger.set_pattern(kPattern, spdlog::pattern_time_type::utc);
  logger.set_level(to_spdlog(level));
  logger.flush_on(spdlog::level::info);
}

std::shared_ptr<spdlog::logger> make_logger(spdlog::sink_ptr sink, Level level) {
  auto logger = std::make_shared<spdlog::logger>(kLoggerName, std::move(sink));
  configure(*logger, level);
  return logger;
}

std::shared_ptr<spdlog::logger>& instance() {
  static std::shared_ptr<spdlog::logger> logger =
      make_logger(std::make_shared<spdlog::sinks::stderr_sink_mt>(), Level::kWarning);
  return logger;
}

}  // namespace

Status open(std::string_view path, Level level) {
  if (path.empty()) {
    configure(*instance(), level);
    return {};
  }
  try {
    instance() =
        make_logger(std::make_shared<spdlog::sinks::basic_file_sink_mt>(std::string(path)), level);
  } catch (const spdlog::spdlog_ex& error) {
    return fail(Code::kIo, std::string("the log file cannot be opened: ") + error.what());
  }
  return {};
}

void write(Level level, std::string_view event, std::initializer_list<Field> fields) {
  auto& logger = *instance();
  const auto spdlog_level = to_spdlog(level);
  if (!logger.should_log(spdlog_level)) return;
  std::string line = "\"event\":\"" + escape_json(event) + "\"";
  for (const Field& field : fields) {
    line += ",\"" + escape_json(field.name) + "\":";
    line += field.quoted ? "\"" + escape_json(field.text) + "\"" : field.text;
  }
  logger.log(spdlog_level, "{}", line);
}

std::string escape_json(std::string_view text) {
  constexpr char kHex[] = "0123456789abcdef";
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    const auto b = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out.push_back('\\');
      out.push_back(c);
    } else if (b < 0x20) {
      out += "\\u00";
      out.push_back(kHex[b >> 4]);
      out.push_back(kHex[b & 15]);
    } else {
      out.push_back(c);
    }
  }
  return out;
}

}  // namespace sekisho::log
