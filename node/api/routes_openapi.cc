// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/api/openapi.h"
#include "node/api/routes.h"

namespace sekisho::api {

void get_openapi(CallPtr call) {
  net::Response response;
  response.body = openapi_text();
  call->responder.send(std::move(response));
}

}  // namespace sekisho::api
