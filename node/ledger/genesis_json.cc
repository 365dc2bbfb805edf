// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/ledger/genesis_json.h"

#include <exception>
#include <set>

#include <boost/json.hpp>

#include "node/base/limits.h"
#include "node/ledger/text.h"

namespace sekisho::ledger {
namespace {

namespace json = boost::json;

constexpr std::string_view kFormat = "sekisho/genesis/v1";
constexpr std::uint64_t kNumberMax = (1ull << 53) - 1;  // what every JSON reader keeps exactly
constexpr std::size_t kMembersMax = 10'000;

// Two spaces a level, one value a line. Members keep the order in which they were inserted.
void write_value(Bytes& out, const json::value& value, std::size_t depth);

void new_line(Bytes& out, std::size_t depth) {
  out += '\n';
  out.append(2 * depth, ' ');
}

void write_object(Bytes& out, const json::object& object, std::size_t depth) {
  out += '{';
  bool first = true;
  for (const auto& member : object) {
    if (!first) out += ',';
    first = false;
    new_line(out, depth + 1);
    out += json::serialize(json::string(member.key()));
    out += ": ";
    write_value(out, member.value(), depth + 1);
  }
  new_line(out, depth);
  out += '}';
}

void write_array(Bytes& out, const json::array& array, std::size_t depth) {
  out += '[';
  bool first = true;
  for (const json::value& value : array) {
    if (!first) out += ',';
    first = false;
    new_line(out, depth + 1);
    write_value(out, value, depth + 1);
  }
  if (!array.empty()) new_line(out, depth);
  out += ']';
}

void write_value(Bytes& out, const json::value& value, std::size_t depth) {
  if (const json::object* object = value.if_object()) {
    write_object(out, *object, depth);
  } else if (const json::array* array = value.if_array()) {
    write_array(out, *array, depth);
  } else {
    out += json::serialize(value);
  }
}

std::string threshold_text(const Threshold& threshold) {
  if (threshold.secretariat) return "secretariat";
  return std::to_string(threshold.numerator) + "/" + std::to_string(threshold.denominator);
}

json::object policy_object(const Policy& policy) {
  json::object thresholds;
  thresholds["routine"] = threshold_text(policy.routine);
  thresholds["sensitive"] = threshold_text(policy.sensitive);
  thresholds["constitutional"] = threshold_text(policy.constitutional);
  json::object dwell;
  dwell["offered"] = policy.dwell_offered_ms;
  dwell["converted"] = policy.dwell_converted_ms;
  dwell["fetched"] = policy.dwell_fetched_ms;
  json::object object;
  object["clock_skew_max_ms"] = policy.clock_skew_max_ms;
  object["proposal_lifetime_ms"] = policy.proposal_lifetime_ms;
  object["thresholds"] = std::move(thresholds);
  object["dwell_ms"] = std::move(dwell);
  object["receipts_required"] = policy.receipts_required;
  if (policy.expire_overdue_ms != 0) object["expire_overdue_ms"] = policy.expire_overdue_ms;
  return object;
}

json::object member_object(const v1::MemberDescription& member) {
  json::array keys;
  for (const v1::KeyDescription& key : member.keys()) {
    json::object object;
    object["spki"] = to_base64(key.spki_der());
    object["role"] = key_role_name(key.role());
    object["label"] = key.label();
    object["possession"] = to_base64(key.possession());
    keys.push_back(std::move(object));
  }
  json::object object;
  object["member_id"] = member.member_id();
  object["kind"] = member_kind_name(member.kind());
  object["number"] = member.number();
  object["name"] = member.name();
  object["parent"] = member.parent();
  object["ca_certificate"] = to_base64(member.ca_certificate_der());
  object["encryption_certificate"] = to_base64(member.encryption_certificate_der());
  object["keys"] = std::move(keys);
  return object;
}

json::object node_object(const GenesisNode& node) {
  json::object object;
  object["node_number"] = node.node_number;
  object["name"] = node.name;
  object["member_id"] = node.member_id;
  object["address"] = node.address;
  object["operation_key"] = to_base64(node.operation_key_spki);
  object["attestation_key"] = to_base64(node.attestation_key);
  object["tls_key_id"] = node.tls_key_id.hex();
  object["voter"] = node.voter;
  object["converter"] = node.converter;
  return object;
}

// Reads the members of one object, each exactly once; finish() refuses what nobody asked for.
class ObjectReader {
 public:
  static Result<ObjectReader> open(const json::value& value, std::string place) {
    const json::object* object = value.if_object();
    if (object == nullptr) return fail(Code::kInvalidArgument, place + " must be an object");
    return ObjectReader(*object, std::move(place));
  }

  [[nodiscard]] bool has(std::string_view name) const {
    return object_->if_contains(name) != nullptr;
  }
  Result<const json::value*> any(std::string_view name) {
    const json::value* value = object_->if_contains(name);
    if (value == nullptr) return wrong(name, "is missing");
    ++read_count_;
    return value;
  }
  Result<std::string> text(std::string_view name, std::size_t size_max) {
    TRY(const json::value* value, any(name));
    const json::string* text = value->if_string();
    if (text == nullptr || text->size() > size_max)
      return wrong(name, "must be a text within bounds");
    return std::string(text->data(), text->size());
  }
  Result<std::uint64_t> number(std::string_view name) {
    TRY(const json::value* value, any(name));
    if (const std::int64_t* number = value->if_int64();
        number != nullptr && *number >= 0 && static_cast<std::uint64_t>(*number) <= kNumberMax) {
      return static_cast<std::uint64_t>(*number);
    }
    return wrong(name, "must be a whole number from 0 to 2^53 - 1");
  }
  Result<bool> truth(std::string_view name) {
    TRY(const json::value* value, any(name));
    if (!value->is_bool()) return wrong(name, "must be true or false");
    return value->get_bool();
  }
  Result<Bytes> base64(std::string_view name, std::size_t size_max) {
    TRY(const std::string encoded, text(name, size_max * 2));
    auto bytes = from_base64(encoded);
    if (!bytes || bytes->size() > size_max) return wrong(name, "must be base64 within bounds");
    return std::move(*bytes);
  }
  Result<const json::array*> array(std::string_view name, std::size_t count_max) {
    TRY(const json::value* value, any(name));
    const json::array* array = value->if_array();
    if (array == nullptr || array->size() > count_max)
      return wrong(name, "must be a list within bounds");
    return array;
  }
  Result<ObjectReader> object(std::string_view name) {
    TRY(const json::value* value, any(name));
    return open(*value, place_ + "." + std::string(name));
  }
  [[nodiscard]] Status finish() const {
    if (read_count_ == object_->size()) return {};
    return fail(Code::kInvalidArgument, place_ + " has fields this version does not know");
  }
  [[nodiscard]] tl::unexpected<Error> wrong(std::string_view name, std::string_view what) const {
    return fail(Code::kInvalidArgument, place_ + "." + std::string(name) + " " + std::string(what));
  }

 private:
  ObjectReader(const json::object& object, std::string place)
      : object_(&object), place_(std::move(place)) {}

  const json::object* object_;
  std::string place_;
  std::size_t read_count_ = 0;
};

Result<Threshold> parse_threshold(ObjectReader& reader, std::string_view name) {
  TRY(const std::string text, reader.text(name, 32));
  if (text == "secretariat") return Threshold{true, 0, 1};
  const std::size_t slash = text.find('/');
  if (slash == std::string::npos) return reader.wrong(name, "must be \"secretariat\" or \"n/d\"");
  const auto numerator = parse_decimal(std::string_view(text).substr(0, slash));
  const auto denominator = parse_decimal(std::string_view(text).substr(slash + 1));
  if (!numerator || !denominator || *numerator > 1000 || *denominator > 1000) {
    return reader.wrong(name, "must be \"secretariat\" or \"n/d\"");
  }
  return Threshold{false, static_cast<std::uint32_t>(*numerator),
                   static_cast<std::uint32_t>(*denominator)};
}

Result<Policy> parse_policy(ObjectReader reader) {
  Policy policy;
  TRY(policy.clock_skew_max_ms, reader.number("clock_skew_max_ms"));
  TRY(policy.proposal_lifetime_ms, reader.number("proposal_lifetime_ms"));
  TRY(ObjectReader thresholds, reader.object("thresholds"));
  TRY(policy.routine, parse_threshold(thresholds, "routine"));
  TRY(policy.sensitive, parse_threshold(thresholds, "sensitive"));
  TRY(policy.constitutional, parse_threshold(thresholds, "constitutional"));
  TRY_STATUS(thresholds.finish());
  TRY(ObjectReader dwell, reader.object("dwell_ms"));
  TRY(policy.dwell_offered_ms, dwell.number("offered"));
  TRY(policy.dwell_converted_ms, dwell.number("converted"));
  TRY(policy.dwell_fetched_ms, dwell.number("fetched"));
  TRY_STATUS(dwell.finish());
  TRY(const std::uint64_t receipts, reader.number("receipts_required"));
  if (receipts > limits::kNodesMax) return reader.wrong("receipts_required", "is too large");
  policy.receipts_required = static_cast<std::uint32_t>(receipts);
  // Left out when nothing expires: one spelling, as for the documents from before it.
  if (reader.has("expire_overdue_ms")) {
    TRY(policy.expire_overdue_ms, reader.number("expire_overdue_ms"));
    if (policy.expire_overdue_ms == 0)
      return reader.wrong("expire_overdue_ms", "is left out when 0");
  }
  TRY_STATUS(reader.finish());
  return policy;
}

Result<v1::KeyDescription> parse_key(const json::value& value, std::string place) {
  TRY(ObjectReader reader, ObjectReader::open(value, std::move(place)));
  v1::KeyDescription key;
  TRY(*key.mutable_spki_der(), reader.base64("spki", 256));
  TRY(const std::string role, reader.text("role", 32));
  v1::KeyRole parsed_role = v1::KEY_ROLE_UNSPECIFIED;
  if (!v1::KeyRole_Parse(role, &parsed_role)) return reader.wrong("role", "is unknown");
  key.set_role(parsed_role);
  TRY(*key.mutable_label(), reader.text("label", limits::kNameMax));
  TRY(*key.mutable_possession(), reader.base64("possession", 128));
  TRY_STATUS(reader.finish());
  return key;
}

Result<v1::MemberDescription> parse_member(const json::value& value, const std::string& place) {
  TRY(ObjectReader reader, ObjectReader::open(value, place));
  v1::MemberDescription member;
  TRY(*member.mutable_member_id(), reader.text("member_id", 64));
  TRY(const std::string kind, reader.text("kind", 32));
  v1::MemberKind parsed_kind = v1::MEMBER_KIND_UNSPECIFIED;
  if (!v1::MemberKind_Parse(kind, &parsed_kind)) return reader.wrong("kind", "is unknown");
  member.set_kind(parsed_kind);
  TRY(*member.mutable_number(), reader.text("number", 20));
  TRY(*member.mutable_name(), reader.text("name", limits::kNameMax));
  TRY(*member.mutable_parent(), reader.text("parent", 64));
  TRY(*member.mutable_ca_certificate_der(), reader.base64("ca_certificate", 16 * limits::kKiB));
  TRY(*member.mutable_encryption_certificate_der(),
      reader.base64("encryption_certificate", 16 * limits::kKiB));
  TRY(const json::array* keys, reader.array("keys", 32));
  for (std::size_t i = 0; i < keys->size(); ++i) {
    TRY(*member.add_keys(), parse_key((*keys)[i], place + ".keys[" + std::to_string(i) + "]"));
  }
  TRY_STATUS(reader.finish());
  return member;
}

Result<GenesisNode> parse_node(const json::value& value, std::string place) {
  TRY(ObjectReader reader, ObjectReader::open(value, std::move(place)));
  GenesisNode node;
  TRY(node.node_number, reader.number("node_number"));
  TRY(node.name, reader.text("name", 64));
  TRY(node.member_id, reader.text("member_id", 64));
  TRY(node.address, reader.text("address", limits::kNameMax));
  TRY(node.operation_key_spki, reader.base64("operation_key", 256));
  TRY(node.attestation_key, reader.base64("attestation_key", 32));
  TRY(const std::string tls_key_id, reader.text("tls_key_id", 64));
  TRY(node.tls_key_id, Digest::from_hex(tls_key_id));
  TRY(node.voter, reader.truth("voter"));
  TRY(node.converter, reader.truth("converter"));
  TRY_STATUS(reader.finish());
  return node;
}

Result<Genesis> parse_document(const json::value& value) {
  TRY(ObjectReader reader, ObjectReader::open(value, "genesis"));
  TRY(const std::string format, reader.text("format", 64));
  if (format != kFormat) return reader.wrong("format", "must be \"" + std::string(kFormat) + "\"");
  Genesis genesis;
  TRY(genesis.consortium, reader.text("consortium", limits::kNameMax));
  TRY(genesis.created_ms, reader.number("created_ms"));
  TRY(ObjectReader policy, reader.object("policy"));
  TRY(genesis.policy, parse_policy(std::move(policy)));
  TRY(const json::array* members, reader.array("members", kMembersMax));
  for (std::size_t i = 0; i < members->size(); ++i) {
    TRY(v1::MemberDescription member,
        parse_member((*members)[i], "genesis.members[" + std::to_string(i) + "]"));
    genesis.members.push_back(std::move(member));
  }
  TRY(const json::array* nodes, reader.array("nodes", limits::kNodesMax));
  for (std::size_t i = 0; i < nodes->size(); ++i) {
    TRY(GenesisNode node, parse_node((*nodes)[i], "genesis.nodes[" + std::to_string(i) + "]"));
    genesis.nodes.push_back(std::move(node));
  }
  TRY_STATUS(reader.finish());
  return genesis;
}

}  // namespace

Bytes format_genesis_json(const Genesis& genesis) {
  json::array members;
  for (const v1::MemberDescription& member : genesis.members)
    members.push_back(member_object(member));
  json::array nodes;
  for (const GenesisNode& node : genesis.nodes) nodes.push_back(node_object(node));
  json::object document;
  document["format"] = kFormat;
  document["consortium"] = genesis.consortium;
  document["created_ms"] = genesis.created_ms;
  document["policy"] = policy_object(genesis.policy);
  document["members"] = std::move(members);
  document["nodes"] = std::move(nodes);
  Bytes out;
  write_object(out, document, 0);
  out += '\n';
  return out;
}

Result<Genesis> parse_genesis_json(BytesView bytes) {
  if (bytes.size() > kGenesisSizeMax) return fail(Code::kInvalidArgument, "genesis: too large");
  json::error_code error;
  try {
    const json::value value = json::parse(bytes, error);
    if (error) return fail(Code::kInvalidArgument, "genesis is not JSON: " + error.message());
    return parse_document(value);
  } catch (const std::exception& exception) {
    return fail(Code::kInvalidArgument, std::string("genesis cannot be read: ") + exception.what());
  }
}

Result<Policy> parse_policy_json(BytesView bytes) {
  if (bytes.size() > kGenesisSizeMax) return fail(Code::kInvalidArgument, "genesis: too large");
  json::error_code error;
  try {
    const json::value value = json::parse(bytes, error);
    if (error) return fail(Code::kInvalidArgument, "policy is not JSON: " + error.message());
    TRY(ObjectReader reader, ObjectReader::open(value, "policy"));
    TRY(const Policy policy, parse_policy(std::move(reader)));
    TRY_STATUS(check_policy(policy));
    return policy;
  } catch (const std::exception& exception) {
    return fail(Code::kInvalidArgument, std::string("genesis cannot be read: ") + exception.what());
  }
}

}  // namespace sekisho::ledger
