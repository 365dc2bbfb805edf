// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/tools/console.h"

#include <cstdio>
#include <cstdlib>

#include <unistd.h>

#include "node/base/log.h"
#include "node/messages/messages.h"

namespace sekisho::tools {
namespace {

// What the kind of failure means to somebody who does not read code.
std::string_view japanese_kind(Code code) {
  switch (code) {
    case Code::kInvalidArgument:
      return "入力の内容に誤りがあります";
    case Code::kNotFound:
      return "見つかりません";
    case Code::kAlreadyExists:
      return "すでに存在します";
    case Code::kFailedPrecondition:
      return "現在の状態では実行できません";
    case Code::kPermissionDenied:
      return "権限がありません";
    case Code::kUnauthenticated:
      return "認証できません";
    case Code::kResourceExhausted:
      return "上限に達しています。しばらくしてからやり直してください";
    case Code::kCorrupt:
      return "データが壊れています";
    case Code::kIo:
      return "ファイルまたは通信の読み書きに失敗しました";
    case Code::kNoSpace:
      return "ディスクの空きがありません";
    case Code::kUnavailable:
      return "ノードに接続できないか、準備中です";
    case Code::kDeadline:
      return "時間内に終わりませんでした。結果は後で確認できます";
    case Code::kCancelled:
      return "中止しました";
    case Code::kInternal:
      return "内部エラーです";
  }
  return "エラー";
}

std::string_view environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string_view() : std::string_view(value);
}

void write_line(std::FILE* stream, std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stream);
  if (text.empty() || text.back() != '\n') std::fputc('\n', stream);
  std::fflush(stream);
}

}  // namespace

void Console::say(std::string_view japanese, std::string_view english) const {
  if (!json_) write_line(stdout, pick(japanese, english));
}

void Console::result(std::string_view json_document) const {
  if (json_) write_line(stdout, json_document);
}

void Console::print(std::string_view text) const { write_line(stdout, text); }

void Console::progress(std::string_view what, std::uint64_t done, std::uint64_t total) const {
  if (json_ || isatty(STDERR_FILENO) == 0) return;
  constexpr std::uint64_t kWidth = 30;
  const std::uint64_t filled = total == 0 ? kWidth : done * kWidth / total;
  const std::string bar(filled, '#');
  const std::string rest(kWidth - filled, '.');
  std::fprintf(stderr, "\r%.*s [%s%s] %3llu %%", static_cast<int>(what.size()), what.data(),
               bar.c_str(), rest.c_str(),
               static_cast<unsigned long long>(total == 0 ? 100 : done * 100 / total));
  std::fflush(stderr);
}

void Console::end_progress() const {
  if (!json_ && isatty(STDERR_FILENO) != 0) std::fputc('\n', stderr);
}

int Console::failed(const Error& error) const {
  const bool japanese = language_ == Language::kJapanese;
  const std::string detail = japanese ? messages::in_japanese(error.context) : error.context;
  const std::string code(code_name(error.code));
  if (json_) {
    write_line(stderr,
               "{\"error\":\"" + code + "\",\"detail\":\"" + log::escape_json(detail) + "\"}");
  } else if (japanese) {
    write_line(stderr, "エラー: " + std::string(japanese_kind(error.code)) + " [" + code + "]\n  " +
                           detail);
  } else {
    write_line(stderr, "error: " + code + ": " + detail);
  }
  return 1;
}

Language choose_language(std::string_view option) {
  for (const std::string_view wish :
       {option, environment("SEKISHO_LANG"), environment("LC_ALL"), environment("LANG")}) {
    if (wish.starts_with("ja")) return Language::kJapanese;
    if (wish.starts_with("en")) return Language::kEnglish;
  }
  return Language::kJapanese;
}

}  // namespace sekisho::tools
