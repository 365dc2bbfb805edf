// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/crypto/note.h"

#include "node/base/check.h"
#include "node/base/limits.h"
#include "node/crypto/detail/utf8.h"
#include "node/crypto/hash.h"

namespace sekisho::crypto {
namespace {

constexpr std::string_view kLineStart = "\xe2\x80\x94 ";  // em dash, space
constexpr std::string_view kSeparator = "\n\n";
constexpr std::string_view kEd25519Type = "\x01";
constexpr std::size_t kKeyHashSize = 4;
constexpr std::size_t kSignatureSizeMax = 1024;
constexpr std::size_t kVerifierSizeMax = 512;

tl::unexpected<Error> not_a_note(const char* reason) {
  return fail(Code::kInvalidArgument, std::string("not a signed note: ") + reason);
}

Status check_text(std::string_view text) {
  if (text.empty() || text.back() != '\n') return not_a_note("the text does not end in a newline");
  if (text.size() > kNoteSizeMax) return not_a_note("the text is too long");
  while (!text.empty()) {
    const auto character = detail::take_character(text);
    if (!character) return not_a_note("the text is not UTF-8");
    if (*character < 0x20 && *character != '\n') return not_a_note("it has a control character");
  }
  return {};
}

bool is_edwards(const PublicKey& key) { return key.algorithm() == KeyAlgorithm::kEd25519; }

Result<NoteSignature> parse_line(std::string_view line) {
  if (!line.starts_with(kLineStart))
    return not_a_note("a signature line does not start with a dash");
  line.remove_prefix(kLineStart.size());
  const std::size_t space = line.find(' ');
  if (space == std::string_view::npos) return not_a_note("a signature line has one word only");
  NoteSignature signature;
  signature.name = std::string(line.substr(0, space));
  TRY_STATUS(check_note_name(signature.name));
  TRY(const Bytes decoded, from_base64(line.substr(space + 1)));
  if (decoded.size() <= kKeyHashSize || decoded.size() > kKeyHashSize + kSignatureSizeMax)
    return not_a_note("a signature has an impossible size");
  ByteReader reader(decoded);
  TRY(signature.key_hash, reader.u32());
  signature.signature = Bytes(reader.rest());
  return signature;
}

std::string format_line(const NoteSignature& signature) {
  Bytes bytes;
  put_u32(bytes, signature.key_hash);
  bytes.append(signature.signature);
  return std::string(kLineStart) + signature.name + " " + to_base64(bytes) + "\n";
}

std::string hash_hex(std::uint32_t key_hash) {
  Bytes bytes;
  put_u32(bytes, key_hash);
  return to_hex(bytes);
}

}  // namespace

std::uint32_t note_key_hash(std::string_view name, const PublicKey& key) {
  CHECK(is_edwards(key));
  const Digest digest = sha256_parts({name, "\n", kEd25519Type, key.raw()});
  ByteReader reader(digest.view());
  return reader.u32().value();
}

Status check_note_name(std::string_view name) {
  const auto refuse = [] {
    return not_a_note("a name is empty, too long or has spaces, plus signs or control characters");
  };
  if (name.empty() || name.size() > limits::kNameMax) return refuse();
  while (!name.empty()) {
    const auto character = detail::take_character(name);
    if (!character || *character == '+') return refuse();
    if (detail::is_space(*character) || detail::is_invisible(*character)) return refuse();
  }
  return {};
}

Result<NoteSignature> sign_note(std::string_view text, std::string_view name,
                                const PrivateKey& key) {
  TRY_STATUS(check_text(text));
  TRY_STATUS(check_note_name(name));
  if (!is_edwards(key.public_key()))
    return fail(Code::kInvalidArgument, "notes are signed with Ed25519 keys only");
  return NoteSignature{std::string(name), note_key_hash(name, key.public_key()), key.sign(text)};
}

bool verify_note(std::string_view text, const NoteSignature& signature,
                 const NoteVerifier& verifier) {
  return is_edwards(verifier.key) && signature.name == verifier.name &&
         signature.key_hash == note_key_hash(verifier.name, verifier.key) &&
         verifier.key.verify(text, signature.signature);
}

std::string format_note(const Note& note) {
  std::string formatted = note.text + "\n";
  for (const NoteSignature& signature : note.signatures) formatted += format_line(signature);
  return formatted;
}

Result<Note> parse_note(std::string_view bytes) {
  if (bytes.size() > kNoteSizeMax) return not_a_note("it is too long");
  const std::size_t split = bytes.rfind(kSeparator);
  if (split == std::string_view::npos) return not_a_note("there is no empty line in it");
  Note note;
  note.text = std::string(bytes.substr(0, split + 1));
  TRY_STATUS(check_text(note.text));
  std::string_view lines = bytes.substr(split + kSeparator.size());
  while (!lines.empty()) {
    if (note.signatures.size() == kNoteSignaturesMax) return not_a_note("too many signatures");
    const std::size_t end = lines.find('\n');
    if (end == std::string_view::npos) return not_a_note("the last line does not end");
    TRY(NoteSignature signature, parse_line(lines.substr(0, end)));
    note.signatures.push_back(std::move(signature));
    lines.remove_prefix(end + 1);
  }
  if (note.signatures.empty()) return not_a_note("there is no signature");
  return note;
}

std::string format_verifier(const NoteVerifier& verifier) {
  Bytes key(kEd25519Type);
  key.append(verifier.key.raw());
  return verifier.name + "+" + hash_hex(note_key_hash(verifier.name, verifier.key)) + "+" +
         to_base64(key);
}

Result<NoteVerifier> parse_verifier(std::string_view text) {
  const auto refuse = [] {
    return fail(Code::kInvalidArgument, "not a note verifier key (name+hash+key, Ed25519)");
  };
  const std::size_t first = text.find('+');
  if (first == std::string_view::npos || text.size() > kVerifierSizeMax) return refuse();
  const std::size_t second = text.find('+', first + 1);
  if (second == std::string_view::npos) return refuse();
  const std::string_view name = text.substr(0, first);
  TRY_STATUS(check_note_name(name));
  TRY(const Bytes typed, from_base64(text.substr(second + 1)));
  if (!typed.starts_with(kEd25519Type)) return refuse();
  TRY(PublicKey key, PublicKey::from_ed25519(BytesView(typed).substr(kEd25519Type.size())));
  NoteVerifier verifier{std::string(name), std::move(key)};
  if (text.substr(first + 1, second - first - 1) != hash_hex(note_key_hash(name, verifier.key)))
    return refuse();
  return verifier;
}

}  // namespace sekisho::crypto
