// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include <memory>

#include <openssl/x509_vfy.h>

#include "node/base/check.h"
#include "node/crypto/certificate.h"
#include "node/crypto/detail/certificate_impl.h"

namespace sekisho::crypto {
namespace {

using detail::CertificateAccess;

// Borrows the certificates: sk_X509_free frees the stack alone.
using BorrowedStack =
    std::unique_ptr<STACK_OF(X509),
                    detail::Deleter<[](STACK_OF(X509) * stack) { sk_X509_free(stack); }>>;

BorrowedStack borrow(std::span<const Certificate> certificates) {
  BorrowedStack stack(sk_X509_new_null());
  CHECK(stack != nullptr);
  for (const Certificate& certificate : certificates)
    CHECK(sk_X509_push(stack.get(), CertificateAccess::native(certificate)) > 0);
  return stack;
}

Status outcome(int error, const Certificate& certificate) {
  const std::string who = "the certificate (" + certificate.log_name() + ")";
  switch (error) {
    case X509_V_OK:
      return {};
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return fail(Code::kFailedPrecondition, who + " is not valid yet: check its start date");
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return fail(Code::kFailedPrecondition, who + " has expired: renew it");
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_CERT_SIGNATURE_FAILURE:
      return fail(Code::kPermissionDenied, who + " was issued by none of the accepted authorities");
    default:
      return fail(Code::kInvalidArgument,
                  who + " does not verify: " + X509_verify_cert_error_string(error));
  }
}

}  // namespace

Status verify_certificate(const Certificate& certificate, std::span<const Certificate> anchors,
                          std::uint64_t unix_ms, std::span<const Certificate> intermediates) {
  const detail::X509StorePtr store(X509_STORE_new());
  const detail::X509StoreCtxPtr context(X509_STORE_CTX_new());
  CHECK(store != nullptr);
  CHECK(context != nullptr);
  for (const Certificate& anchor : anchors)
    CHECK(X509_STORE_add_cert(store.get(), CertificateAccess::native(anchor)) == 1);
  const BorrowedStack helpers = borrow(intermediates);
  CHECK(X509_STORE_CTX_init(context.get(), store.get(), CertificateAccess::native(certificate),
                            helpers.get()) == 1);
  X509_VERIFY_PARAM* const param = X509_STORE_CTX_get0_param(context.get());
  X509_VERIFY_PARAM_set_time(param, static_cast<time_t>(unix_ms / 1000));
  X509_VERIFY_PARAM_set_auth_level(param, 2);  // 112 bits: no SHA-1, no short RSA
  const bool verified = X509_verify_cert(context.get()) == 1;
  const int error = X509_STORE_CTX_get_error(context.get());
  detail::clear_errors();
  if (!verified && error == X509_V_OK)
    return fail(Code::kInternal, "the certificate could not be examined");
  return outcome(error, certificate);
}

}  // namespace sekisho::crypto
