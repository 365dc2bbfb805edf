// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/api/openapi.h"

#include <algorithm>
#include <set>
#include <string>

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include "node/api/routes.h"

namespace sekisho::api {
namespace {

namespace json = boost::json;

const json::object& description() {
  static const json::value parsed = json::parse(openapi_text());
  return parsed.as_object();
}

std::string upper(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return 'a' <= c && c <= 'z' ? static_cast<char>(c - 32) : c; });
  return text;
}

std::set<std::string> described() {
  std::set<std::string> names;
  for (const auto& [path, item] : description().at("paths").as_object()) {
    for (const auto& [method, operation] : item.as_object()) {
      names.insert(upper(std::string(method)) + " " + std::string(path));
    }
  }
  return names;
}

const json::object& operation(const Route& route) {
  std::string method(route.method);
  for (char& c : method) c = static_cast<char>(c + 32);
  return description().at("paths").as_object().at(route.path).as_object().at(method).as_object();
}

// The component behind {"$ref": "#/components/kind/name"}, or the value itself.
const json::object& resolved(const json::value& value) {
  const auto* reference = value.as_object().if_contains("$ref");
  if (reference == nullptr) return value.as_object();
  const auto pointer = std::string(reference->as_string().subview(1));
  boost::system::error_code error;
  static const json::value whole = json::parse(openapi_text());
  const auto* found = whole.find_pointer(pointer, error);
  EXPECT_NE(found, nullptr) << pointer;
  static const json::object nothing;
  return found == nullptr ? nothing : found->as_object();
}

void check_references(const json::value& value) {
  if (const auto* array = value.if_array()) {
    for (const auto& element : *array) check_references(element);
  }
  if (const auto* object = value.if_object()) {
    if (object->contains("$ref")) resolved(value);
    for (const auto& member : *object) check_references(member.value());
  }
}

TEST(OpenApiTest, DescribesEveryRouteAndNothingElse) {
  std::set<std::string> served;
  for (const auto& route : route_names()) served.insert(route.method + " " + route.path);
  EXPECT_EQ(described(), served);
  EXPECT_EQ(served.size(), routes().size()) << "a route stands twice in the table";
}

TEST(OpenApiTest, IsOpenApi31WithMutualTls) {
  EXPECT_EQ(description().at("openapi").as_string(), "3.1.0");
  const auto& schemes = description().at("components").as_object().at("securitySchemes");
  EXPECT_EQ(schemes.at("mutualTLS").at("type").as_string(), "mutualTLS");
  EXPECT_TRUE(description().at("security").as_array().at(0).as_object().contains("mutualTLS"));
}

TEST(OpenApiTest, EveryReferenceLeadsSomewhere) {
  for (const auto& member : description()) check_references(member.value());
}

TEST(OpenApiTest, EveryPlaceholderIsAParameter) {
  for (const Route& route : routes()) {
    std::set<std::string> wanted;
    for (std::size_t at = route.path.find('{'); at != std::string_view::npos;
         at = route.path.find('{', at + 1)) {
      wanted.emplace(route.path.substr(at + 1, route.path.find('}', at) - at - 1));
    }
    std::set<std::string> found;
    const auto* parameters = operation(route).if_contains("parameters");
    for (const auto& value : parameters == nullptr ? json::array() : parameters->as_array()) {
      const auto& parameter = resolved(value);
      EXPECT_TRUE(parameter.contains("description"));
      if (parameter.at("in").as_string() != "path") continue;
      EXPECT_TRUE(parameter.at("required").as_bool());
      found.emplace(parameter.at("name").as_string());
    }
    EXPECT_EQ(found, wanted) << route.path;
  }
}

TEST(OpenApiTest, ReadsTakeConsistencyAndRefusalsAreProblems) {
  for (const Route& route : routes()) {
    const auto& responses = operation(route).at("responses").as_object();
    EXPECT_TRUE(responses.contains("200")) << route.path;
    EXPECT_EQ(responses.contains("401"), !route.plan.anonymous) << route.path;
    EXPECT_EQ(operation(route).contains("security"), route.plan.anonymous) << route.path;
    EXPECT_EQ(operation(route).contains("requestBody"), route.plan.body_size_max > 0);
    for (const auto& [status, response] : responses) {
      if (route.plan.anonymous || status.front() != '4') continue;
      EXPECT_TRUE(
          resolved(response).at("content").as_object().contains("application/problem+json"));
    }
    if (route.read == nullptr) continue;
    const std::string parameters = json::serialize(operation(route).at("parameters"));
    EXPECT_NE(parameters.find("min_index"), std::string::npos) << route.path;
    EXPECT_NE(parameters.find("consistency"), std::string::npos) << route.path;
  }
}

TEST(OpenApiTest, OperationIdsAreUnique) {
  std::set<std::string> ids;
  for (const Route& route : routes()) ids.emplace(operation(route).at("operationId").as_string());
  EXPECT_EQ(ids.size(), routes().size());
}

}  // namespace
}  // namespace sekisho::api
