// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>

#include "converter/definition.h"
#include "node/base/result.h"

namespace sekisho::conversion {

// The format definitions that this converter node has, by id. Immutable once loaded; any thread.
class Catalogs {
 public:
  // Every folder inside `path` is one package (docs/catalog-format.md). kNotFound when there is
  // none, kInvalidArgument with file and line for a package that does not load.
  static Result<Catalogs> load(const std::string& path);

  // Null when this node does not have it.
  [[nodiscard]] const converter::Definition* find(const std::string& catalog_id) const;
  [[nodiscard]] const std::map<std::string, converter::Definition>& all() const { return by_id_; }

 private:
  std::map<std::string, converter::Definition> by_id_;
};

}  // namespace sekisho::conversion
