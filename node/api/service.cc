// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/api/service.h"

#include "node/api/routes.h"
#include "node/net/problem.h"

namespace sekisho::api {
namespace {

// The next segment of a path that starts with '/', and what is behind it.
std::string_view take_segment(std::string_view& path) {
  path.remove_prefix(1);
  const auto end = path.find('/');
  const std::string_view segment = path.substr(0, end);
  path = end == std::string_view::npos ? std::string_view() : path.substr(end);
  return segment;
}

bool matches(std::string_view pattern, std::string_view path, std::vector<std::string>* args) {
  if (args != nullptr) args->clear();
  while (pattern.starts_with('/') && path.starts_with('/')) {
    const std::string_view wanted = take_segment(pattern);
    const std::string_view found = take_segment(path);
    if (wanted.starts_with('{')) {
      if (found.empty()) return false;
      if (args != nullptr) args->emplace_back(found);
    } else if (wanted != found) {
      return false;
    }
  }
  return pattern.empty() && path.empty();
}

struct Match {
  const Route* route = nullptr;
  bool path_known = false;
};

Match find_route(std::string_view method, std::string_view path, std::vector<std::string>* args) {
  Match match;
  for (const Route& route : routes()) {
    if (!matches(route.path, path, args)) continue;
    match.path_known = true;
    if (route.method != method) continue;
    match.route = &route;
    return match;
  }
  return match;
}

net::Response no_route(bool path_known) {
  if (path_known) {
    return net::problem(405, "METHOD_NOT_ALLOWED", "このメソッドは使えません",
                        "API の説明書 (openapi.json) を確認してください。", "Method not allowed",
                        "See the API description (openapi.json).");
  }
  return net::problem(404, "NOT_FOUND", "そのアドレスはありません",
                      "API の説明書 (openapi.json) を確認してください。", "No such address",
                      "See the API description (openapi.json).");
}

}  // namespace

std::vector<RouteName> route_names() {
  std::vector<RouteName> names;
  for (const Route& route : routes())
    names.push_back({std::string(route.method), std::string(route.path)});
  return names;
}

Service::Service(Parts parts) : parts_(std::move(parts)) {}
Service::~Service() = default;

Result<net::Principal> Service::authorize(const net::PeerCertificate& certificate) const {
  const auto state = parts_.ledger.view().state();
  TRY(const auto caller, identify(*state, certificate, parts_.clock.unix_ms()));
  return net::Principal{caller.key_id, caller.member_id, nullptr};
}

net::RoutePlan Service::plan(std::string_view method, std::string_view path) {
  const Match match = find_route(method, path, nullptr);
  return match.route == nullptr ? net::RoutePlan{} : match.route->plan;
}

void Service::handle(net::Request request, net::Responder responder) const {
  std::vector<std::string> args;
  const Match match = find_route(request.method, request.path, &args);
  if (match.route == nullptr) return responder.send(no_route(match.path_known));
  auto call = std::make_shared<Call>(
      Call{parts_, std::move(request), std::move(responder), std::move(args), {}});
  if (!match.route->plan.anonymous) {
    auto caller = still_entitled(*parts_.ledger.view().state(), call->request.principal->key_id);
    if (!caller) return answer(*call, caller.error());
    call->caller = std::move(*caller);
  }
  if (match.route->read != nullptr) return run_read(std::move(call), match.route->read);
  match.route->handle(std::move(call));
}

}  // namespace sekisho::api
