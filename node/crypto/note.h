// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "node/base/bytes.h"
#include "node/base/result.h"
#include "node/crypto/key.h"

namespace sekisho::crypto {

// Signed notes as in C2SP signed-note (https://c2sp.org/signed-note), with Ed25519: a text that
// ends in a newline, an empty line, and signature lines "— <name> <base64(key hash || signature)>".
// The body of a checkpoint is node/ledger's business. Any thread.

inline constexpr std::size_t kNoteSizeMax = 64 * 1024;
inline constexpr std::size_t kNoteSignaturesMax = 64;

// One line. The hash only hints at the key; names are not authentic before verification.
struct NoteSignature {
  std::string name;
  std::uint32_t key_hash = 0;
  Bytes signature;  // without the hash; 64 bytes for Ed25519, unknown lines may have other sizes
  bool operator==(const NoteSignature&) const = default;
};

struct Note {
  std::string text;  // with its last newline
  std::vector<NoteSignature> signatures;
};

// A name and a key that may sign notes. Immutable.
struct NoteVerifier {
  std::string name;
  PublicKey key;  // Ed25519
};

// First four bytes of SHA-256(name || 0x0A || 0x01 || public key(32)), big-endian.
// CHECKs that the key is Ed25519.
[[nodiscard]] std::uint32_t note_key_hash(std::string_view name, const PublicKey& key);

// Not empty, UTF-8, at most limits::kNameMax bytes, without white space, '+' and control
// characters; kInvalidArgument otherwise.
[[nodiscard]] Status check_note_name(std::string_view name);

// Signs the text. kInvalidArgument for a text that is empty, does not end in a newline, is not
// UTF-8, has control characters or is too long; for a bad name; for a key that is not Ed25519.
[[nodiscard]] Result<NoteSignature> sign_note(std::string_view text, std::string_view name,
                                              const PrivateKey& key);

// True when the line is this verifier's, over this text.
[[nodiscard]] bool verify_note(std::string_view text, const NoteSignature& signature,
                               const NoteVerifier& verifier);

// The whole note, lines in the order given; what parse_note reads.
[[nodiscard]] std::string format_note(const Note& note);

// Structure only, nothing verified. Lines of unknown keys are kept. kInvalidArgument when it is not
// a note, has no signature, or exceeds the bounds above.
[[nodiscard]] Result<Note> parse_note(std::string_view bytes);

// The verifier key "name+hash+base64(0x01 || public key)" of the same document.
[[nodiscard]] std::string format_verifier(const NoteVerifier& verifier);
[[nodiscard]] Result<NoteVerifier> parse_verifier(std::string_view text);

}  // namespace sekisho::crypto
