// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/net/problem.h"

#include <string>

#include "node/base/check.h"
#include "node/base/log.h"

namespace sekisho::net {
namespace {

struct Title {
  std::string_view ja;
  std::string_view en;
};

Title title_of(Code code) {
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

}  // namespace

Response problem(unsigned status, std::string_view code, std::string_view title_ja,
                 std::string_view detail_ja, std::string_view title_en,
                 std::string_view detail_en) {
  Response response;
  response.status = status;
  response.content_type = "application/problem+json";
  response.body = "{\"type\":\"about:blank\",\"status\":" + std::to_string(status);
  put_member(response.body, "code", code);
  put_member(response.body, "title", title_en);
  put_member(response.body, "detail", detail_en);
  put_member(response.body, "title_ja", title_ja);
  put_member(response.body, "detail_ja", detail_ja);
  response.body += "}\n";
  return response;
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
  const Title title = title_of(error.code);
  return problem(http_status(error.code), code_name(error.code), title.ja, error.context, title.en,
                 error.context);
}

std::string_view reason_phrase(unsigned status) {
  switch (status) {
    case 100:
      return "Continue";
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 206:
      return "Partial Content";
    case 303:
      return "See Other";
    case 304:
      return "Not Modified";
    case 307:
      return "Temporary Redirect";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 406:
      return "Not Acceptable";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 410:
      return "Gone";
    case 411:
      return "Length Required";
    case 412:
      return "Precondition Failed";
    case 413:
      return "Content Too Large";
    case 415:
      return "Unsupported Media Type";
    case 416:
      return "Range Not Satisfiable";
    case 422:
      return "Unprocessable Content";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 502:
      return "Bad Gateway";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    case 505:
      return "HTTP Version Not Supported";
    case 507:
      return "Insufficient Storage";
    default:
      return "Unknown";
  }
}

}  // namespace sekisho::net
