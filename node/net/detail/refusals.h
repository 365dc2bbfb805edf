// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "node/base/error.h"
#include "node/net/http_types.h"

// The answers a session gives by itself, before or instead of a handler.
namespace sekisho::net::detail {

// A request that could not be read: 400, 408, 431.
[[nodiscard]] Response refuse_head(const Error& error);
// A body that could not be read: 400, 408, 413.
[[nodiscard]] Response refuse_body(const Error& error);
// No certificate, or one that the authorizer refuses: 401; 403 when it knows who asks and does not
// let them in.
[[nodiscard]] Response refuse_client(const Error& error);
// HTTP/1.1 without Host (RFC 9112, 3.2).
[[nodiscard]] Response refuse_missing_host();
// A stream for HTTP/1.0, which has no chunks: 505.
[[nodiscard]] Response refuse_old_version();
// The handler did not answer in time: 503.
[[nodiscard]] Response refuse_late_handler();
// A whole plain HTTP response for a client that did not use TLS.
[[nodiscard]] Bytes refuse_plain_http();

}  // namespace sekisho::net::detail
