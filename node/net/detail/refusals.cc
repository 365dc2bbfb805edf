// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/net/detail/refusals.h"

#include <string>

#include "node/messages/messages.h"
#include "node/net/problem.h"

namespace sekisho::net::detail {
namespace {

Response timed_out() {
  return problem(408, "REQUEST_TIMEOUT", "要求の受信が時間内に終わりませんでした",
                 "通信状態を確認して、もう一度送ってください",
                 "The request took too long to arrive", "Check the network and send it again.");
}

Response malformed(const Error& error) {
  return problem(400, "INVALID_ARGUMENT", "要求の形式が正しくありません",
                 messages::in_japanese(error.context), "The request is not well formed",
                 error.context);
}

}  // namespace

Response refuse_head(const Error& error) {
  if (error.code == Code::kDeadline) return timed_out();
  if (error.code != Code::kResourceExhausted) return malformed(error);
  return problem(431, "HEADER_TOO_LARGE", "要求のヘッダーが大きすぎます",
                 "ヘッダーは全体で16 KiBまで、項目は100個までです",
                 "The request header is too large", "A header has at most 16 KiB and 100 fields.");
}

Response refuse_body(const Error& error) {
  if (error.code == Code::kDeadline) return timed_out();
  if (error.code != Code::kResourceExhausted) return malformed(error);
  return problem(413, "BODY_TOO_LARGE", "要求の本文が大きすぎます",
                 "この操作で受け付ける大きさを超えています", "The request body is too large",
                 "It is larger than this operation accepts.");
}

Response refuse_client(const Error& error) {
  const bool known = error.code == Code::kPermissionDenied;
  return problem(Error{known ? error.code : Code::kUnauthenticated, error.context});
}

Response refuse_missing_host() {
  return malformed({Code::kInvalidArgument, "an HTTP/1.1 request needs a Host field"});
}

Response refuse_old_version() {
  return problem(505, "HTTP_VERSION_NOT_SUPPORTED", "HTTP/1.1が必要です",
                 "HTTP/1.1に対応したクライアントを使ってください", "HTTP/1.1 is needed",
                 "Use a client that speaks HTTP/1.1.");
}

Response refuse_late_handler() {
  return problem(503, "UNAVAILABLE", "時間内に応答できませんでした",
                 "処理が続いている場合があります。状態を照会してください", "No answer in time",
                 "The work may still be going on; ask for its status before sending it again.");
}

Bytes refuse_plain_http() {
  const std::string text =
      "This port speaks HTTPS only. Use https:// and a client certificate.\n"
      "このポートはHTTPSのみ対応しています。https:// とクライアント証明書を使ってください。\n";
  return "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: " +
         std::to_string(text.size()) + "\r\nConnection: close\r\n\r\n" + text;
}

}  // namespace sekisho::net::detail
