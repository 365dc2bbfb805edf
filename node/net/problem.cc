// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/net/problem.h"

#include <array>
#include <string>

#include "node/base/check.h"
#include "node/base/log.h"
#include "node/messages/messages.h"

namespace sekisho::net {
namespace {

// A text in both languages.
struct Text {
  std::string_view ja;
  std::string_view en;
};

Text title_of(Code code) {
  switch (code) {
    case Code::kInvalidArgument:
      return {"入力が正しくありません", "Invalid input"};
    case Code::kNotFound:
      return {"見つかりません", "Not found"};
    case Code::kAlreadyExists:
      return {"すでに存在します", "Already exists"};
    case Code::kFailedPrecondition:
      return {"現在の状態では実行できません", "Not possible in the present state"};
    case Code::kPermissionDenied:
      return {"権限がありません", "Not permitted"};
    case Code::kUnauthenticated:
      return {"認証できません", "Not authenticated"};
    case Code::kResourceExhausted:
      return {"上限に達しました。しばらくしてからやり直してください",
              "A limit is reached; try again later"};
    case Code::kNoSpace:
      return {"ディスクの空きがありません", "The disk is full"};
    case Code::kUnavailable:
    case Code::kCancelled:
      return {"現在利用できません。しばらくしてからやり直してください",
              "Not available now; try again later"};
    case Code::kDeadline:
      return {"時間内に終わりませんでした", "Not finished in time"};
    case Code::kCorrupt:
    case Code::kIo:
    case Code::kInternal:
      return {"サーバー内部のエラーです", "Internal error"};
  }
  CHECK(false);
}

void put_member(Bytes& out, std::string_view name, std::string_view value) {
  out += ",\"";
  out += name;
  out += "\":\"";
  out += log::escape_json(value);
  out.push_back('"');
}

Response problem_document(unsigned status, std::string_view code, std::string_view rule,
                          const Text& title, const Text& detail) {
  Response response;
  response.status = status;
  response.content_type = "application/problem+json";
  response.body = "{\"type\":\"about:blank\",\"status\":" + std::to_string(status);
  put_member(response.body, "code", code);
  if (!rule.empty()) put_member(response.body, "rule", rule);
  put_member(response.body, "title", title.en);
  put_member(response.body, "detail", detail.en);
  put_member(response.body, "title_ja", title.ja);
  put_member(response.body, "detail_ja", detail.ja);
  response.body += "}\n";
  return response;
}

struct Phrase {
  unsigned status;
  std::string_view text;
};

constexpr std::array<Phrase, 33> kPhrases = {{
    {100, "Continue"},
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {204, "No Content"},
    {206, "Partial Content"},
    {303, "See Other"},
    {304, "Not Modified"},
    {307, "Temporary Redirect"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {410, "Gone"},
    {411, "Length Required"},
    {412, "Precondition Failed"},
    {413, "Content Too Large"},
    {415, "Unsupported Media Type"},
    {416, "Range Not Satisfiable"},
    {422, "Unprocessable Content"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {502, "Bad Gateway"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
    {505, "HTTP Version Not Supported"},
    {507, "Insufficient Storage"},
}};

}  // namespace

Response problem(unsigned status, std::string_view code, std::string_view title_ja,
                 std::string_view detail_ja, std::string_view title_en,
                 std::string_view detail_en) {
  return problem_document(status, code, {}, {title_ja, title_en}, {detail_ja, detail_en});
}

unsigned http_status(Code code) {
  switch (code) {
    case Code::kInvalidArgument:
      return 400;
    case Code::kNotFound:
      return 404;
    case Code::kAlreadyExists:
      return 409;
    case Code::kFailedPrecondition:
      return 412;
    case Code::kPermissionDenied:
      return 403;
    case Code::kUnauthenticated:
      return 401;
    case Code::kResourceExhausted:
      return 429;
    case Code::kNoSpace:
      return 507;
    case Code::kUnavailable:
    case Code::kCancelled:
      return 503;
    case Code::kDeadline:
      return 504;
    case Code::kCorrupt:
    case Code::kIo:
    case Code::kInternal:
      return 500;
  }
  CHECK(false);
}

Response problem(const Error& error) {
  const std::string detail_ja = messages::in_japanese(error.context);
  return problem_document(http_status(error.code), code_name(error.code),
                          messages::rule_of(error.context), title_of(error.code),
                          {detail_ja, error.context});
}

std::string_view reason_phrase(unsigned status) {
  for (const Phrase& phrase : kPhrases) {
    if (phrase.status == status) return phrase.text;
  }
  return "Unknown";
}

}  // namespace sekisho::net
