// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "node/base/result.h"

namespace sekisho::tools {

enum class Language : std::uint8_t { kJapanese, kEnglish };

// How this run of `sekisho` talks: language, JSON or words, progress or silence. One thread.
class Console {
 public:
  Console(Language language, bool json) : language_(language), json_(json) {}

  [[nodiscard]] bool json() const { return json_; }
  [[nodiscard]] Language language() const { return language_; }
  // The sentence in the run's language.
  [[nodiscard]] std::string_view pick(std::string_view japanese, std::string_view english) const {
    return language_ == Language::kJapanese ? japanese : english;
  }
  // A line for people, on standard output; silent with --json.
  void say(std::string_view japanese, std::string_view english) const;
  // The one JSON document of the run, on standard output; silent without --json.
  void result(std::string_view json_document) const;
  // A text that is the result itself (a timeline, a table), whatever the mode.
  void print(std::string_view text) const;
  // A bar on standard error when that is a terminal; nothing otherwise and with --json.
  void progress(std::string_view what, std::uint64_t done, std::uint64_t total) const;
  void end_progress() const;
  // Says what failed and what to do, on standard error, as JSON with --json. Returns the exit
  // status 1.
  [[nodiscard]] int failed(const Error& error) const;

 private:
  Language language_;
  bool json_;
};

// From --lang, SEKISHO_LANG or LANG, in this order; Japanese when none says otherwise.
[[nodiscard]] Language choose_language(std::string_view option);

}  // namespace sekisho::tools
