// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>

#include "converter/definition.h"
#include "node/base/result.h"

namespace sekisho::conversion {

// A catalog package: as the converter understands it, and its files for whoever reads them again.
struct Package {
  converter::Definition definition;
  std::map<std::string, Bytes> files;
};

// The format definitions that this converter node has, by id. Immutable once loaded; any thread.
class Catalogs {
 public:
  // Every folder inside `path` is one package (docs/catalog-format.md). kNotFound when there is
  // none, kInvalidArgument with file and line for a package that does not load.
  static Result<Catalogs> load(const std::string& path);

  // Null when this node does not have it.
  [[nodiscard]] const Package* find(const std::string& catalog_id) const;

 private:
  std::map<std::string, Package> by_id_;
};

}  // namespace sekisho::conversion
