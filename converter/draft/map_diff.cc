// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "converter/draft/map_diff.h"

#include <map>

#include "converter/mapfile/toml_scope.h"
#include "node/base/limits.h"

namespace sekisho::converter {
namespace {

using Flat = std::map<std::string, std::string>;

constexpr std::string_view kMoved = ".number";

std::string text_of(const toml::table& table, std::string_view key) {
  const toml::node* node = table.get(key);
  if (node == nullptr) return {};
  if (const auto text = node->value_exact<std::string>()) return *text;
  const auto number = node->value_exact<std::int64_t>();
  return number ? std::to_string(*number) : std::string();
}

std::string render(const toml::node& node) {
  if (const auto* array = node.as_array()) {
    std::string out = "[";
    for (const toml::node& part : *array) out += (out.size() > 1 ? ", " : "") + render(part);
    return out + "]";
  }
  if (const auto* table = node.as_table()) {
    std::string out = "{";
    for (const auto& [key, part] : *table) {
      out += (out.size() > 1 ? ", " : "") + std::string(key.str()) + " = " + render(part);
    }
    return out + "}";
  }
  if (const auto text = node.value_exact<std::string>()) return "\"" + *text + "\"";
  if (const auto number = node.value_exact<std::int64_t>()) return std::to_string(*number);
  if (const auto flag = node.value_exact<bool>()) return *flag ? "true" : "false";
  return "?";
}

// By what people call it, not by where it stands.
std::string key_of(std::string_view list, const toml::table& entry) {
  if (list == "value_table") return text_of(entry, "name");
  if (list != "column")
    return text_of(entry, "item") + text_of(entry, "code") + " " + text_of(entry, "unit");
  const std::string header = text_of(entry, "header");
  if (header.empty()) return "列" + text_of(entry, "number");
  const std::string upper = text_of(entry, "upper");
  const std::string occurrence = text_of(entry, "occurrence");
  return (upper.empty() ? "" : upper + " ") + header + "#" +
         (occurrence.empty() ? "1" : occurrence);
}

void put(Flat& out, std::string place, std::string value) {
  // The same key twice is a mistake of the map; both are shown.
  while (out.contains(place)) place += "'";
  out.emplace(std::move(place), std::move(value));
}

// [raw, standard, from, to]: the spelling and its days are the place, the standard is the value.
void flatten_entries(const toml::array& entries, const std::string& place, Flat& out) {
  for (const toml::node& node : entries) {
    const auto* entry = node.as_array();
    if (entry == nullptr || entry->empty()) continue;
    std::string key = render(*entry->get(0));
    for (std::size_t i = 2; i < entry->size(); ++i) key += " " + render(*entry->get(i));
    put(out, place + "[" + key + "]", entry->size() > 1 ? render(*entry->get(1)) : "");
  }
}

void flatten_table(const toml::table& table, const std::string& place, Flat& out) {
  for (const auto& [key, node] : table) {
    const std::string here = place + "." + std::string(key.str());
    const auto* list = node.as_array();
    if (key.str() == "entries" && list != nullptr) {
      flatten_entries(*list, here, out);
    } else {
      put(out, here, render(node));
    }
  }
}

Flat flatten(const toml::table& root) {
  Flat out;
  for (const auto& [key, node] : root) {
    const std::string name(key.str());
    if (const auto* table = node.as_table()) flatten_table(*table, name, out);
    const auto* list = node.as_array();
    if (list == nullptr) continue;
    for (const toml::node& entry : *list) {
      const auto* table = entry.as_table();
      if (table != nullptr) flatten_table(*table, name + "[" + key_of(name, *table) + "]", out);
    }
  }
  return out;
}

class Comparison {
 public:
  void add(const std::string& place, const std::string& before, const std::string& after) {
    if (place.starts_with("column[") && place.ends_with(kMoved) && !before.empty() &&
        !after.empty()) {
      if (moved_++ == 0) first_moved_ = place + " " + before + " → " + after;
      return;
    }
    out_.push_back({place, before, after});
  }
  std::vector<MapDifference> take() {
    if (moved_ > 0) {
      out_.push_back({"column.number", first_moved_, "移動した列 " + std::to_string(moved_)});
    }
    return std::move(out_);
  }

 private:
  std::vector<MapDifference> out_;
  std::size_t moved_ = 0;
  std::string first_moved_;
};

}  // namespace

Result<std::vector<MapDifference>> diff_maps(BytesView before, BytesView after) {
  if (before.size() > limits::kMapFileSizeMax || after.size() > limits::kMapFileSizeMax) {
    return fail(Code::kInvalidArgument, "map file: larger than 8 MiB");
  }
  TRY(const toml::table first, parse_toml(before, "the first map"));
  TRY(const toml::table second, parse_toml(after, "the second map"));
  const Flat a = flatten(first);
  const Flat b = flatten(second);
  Comparison comparison;
  for (const auto& [place, value] : a) {
    const auto found = b.find(place);
    if (found == b.end()) {
      comparison.add(place, value, "");
    } else if (found->second != value) {
      comparison.add(place, value, found->second);
    }
  }
  for (const auto& [place, value] : b) {
    if (!a.contains(place)) comparison.add(place, "", value);
  }
  return comparison.take();
}

}  // namespace sekisho::converter
