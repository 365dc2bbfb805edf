// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/tools/catalog.h"

#include <boost/json.hpp>

#include "converter/definition.h"
#include "node/base/folder.h"
#include "node/base/limits.h"
#include "node/crypto/hash.h"
#include "node/crypto/key.h"
#include "node/tools/files.h"
#include "node/tools/verbs.h"

// catalog sign, verify: who answers for a format definition.
namespace sekisho::tools {
namespace {

namespace json = boost::json;

constexpr std::uint64_t kPackageFileMax = 16 * limits::kMiB;
constexpr std::uint64_t kSmallFileMax = 64 * limits::kKiB;

// What is signed: label, zero byte, digest of the package (docs/catalog-format.md).
Bytes signature_input(const Digest& package) {
  Bytes out = "sekisho/catalog-signature/v1";
  put_u8(out, 0);
  out += package.view();
  return out;
}

std::string text_at(const json::value& value, std::string_view name) {
  const json::value* found = value.is_object() ? value.as_object().if_contains(name) : nullptr;
  return found != nullptr && found->is_string() ? std::string(found->as_string()) : "";
}

std::string render(const converter::Definition& definition, const crypto::PublicKey& signer,
                   BytesView signature) {
  const json::value out = {
      {"format", "sekisho-catalog-signature 1"}, {"catalog", definition.id},
      {"version", definition.version},           {"digest", definition.digest.hex()},
      {"key_id", signer.key_id().hex()},         {"signature", to_base64(signature)}};
  return json::serialize(out) + "\n";
}

}  // namespace

Status check_catalog_signature(const std::map<std::string, Bytes>& package,
                               const std::string& signature_path, const std::string& signer_path) {
  TRY(const Bytes text, read_file(signature_path, kSmallFileMax));
  TRY(const Bytes pem, read_file(signer_path, kSmallFileMax));
  TRY(const auto signer, crypto::PublicKey::from_pem(pem));
  boost::system::error_code error;
  const json::value parsed = json::parse(text, error);
  if (error) return fail(Code::kInvalidArgument, signature_path + ": is no JSON");
  TRY(const Bytes signature, from_base64(text_at(parsed, "signature")));
  const Digest digest = converter::digest_of_package(package, crypto::sha256);
  if (text_at(parsed, "digest") != digest.hex()) {
    return fail(Code::kPermissionDenied,
                "the catalog package is not the one that was signed; get both again");
  }
  if (!signer.verify(signature_input(digest), signature)) {
    return fail(Code::kPermissionDenied,
                "the catalog's signature is not by the key of " + signer_path);
  }
  return {};
}

Status catalog_sign(const Context& context, const CatalogSign& options) {
  TRY(const auto package, read_folder(options.catalog, kPackageFileMax));
  TRY(const auto definition, converter::load_definition(package, crypto::sha256));
  TRY(auto profile, Profile::open(context));
  TRY(const auto signer, profile.credential(Person::kAdmin));
  const Bytes signature = signer.key.sign(signature_input(definition.digest));
  const auto& key = signer.key.public_key();
  TRY_STATUS(write_file(options.out, render(definition, key, signature), false, true));
  TRY_STATUS(write_file(options.out + ".pem", key.pem(), false, true));
  context.console.result("{\"digest\":\"" + definition.digest.hex() + "\"}");
  context.console.say("署名しました: " + options.out, "Signed: " + options.out);
  return {};
}

Status catalog_verify(const Context& context, const CatalogVerify& options) {
  TRY(const auto package, read_folder(options.catalog, kPackageFileMax));
  TRY_STATUS(check_catalog_signature(package, options.signature, options.signer));
  TRY(const auto definition, converter::load_definition(package, crypto::sha256));
  context.console.result("{\"catalog\":\"" + definition.id + "\",\"digest\":\"" +
                         definition.digest.hex() + "\"}");
  context.console.say("署名は正しいです: " + definition.id + " " + definition.version,
                      "The signature holds: " + definition.id + " " + definition.version);
  return {};
}

}  // namespace sekisho::tools
