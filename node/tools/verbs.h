// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "node/tools/profile.h"

// The verbs of `sekisho`, one source file each. Each takes what main.cc read from the command line
// and says what it did through the console.
namespace sekisho::tools {

struct OrgInit {
  std::string member_id, kind, number, name, parent;
  std::uint64_t node_number = 0;  // 0: the organisation runs no node
  std::string node_name, peer_address, api_address;
  bool voter = true;
  bool converter = false;
  std::string catalogs;  // converter node: folder of catalog packages
  std::string node;      // API address that its people use; default: the own node's
};
Status org_init(const Context& context, const OrgInit& options);

struct ConsortiumInit {
  std::string name, out;
  std::vector<std::string> members;  // member.json files
  std::string policy;                // JSON file; empty: the usual values
};
Status consortium_init(const Context& context, const ConsortiumInit& options);

struct Send {
  std::string file, receiver, map;  // map: id, id@version or digest; empty: the only usable one
  std::uint64_t converter = 0;      // node number; 0: the first with the role
  bool partial = false;
  bool wait = false;  // until the conversion has ended
};
Status send_file(const Context& context, const Send& options);

struct Inbox {
  bool all = false;  // closed ones too
};
Status inbox(const Context& context, const Inbox& options);

struct Receive {
  std::string exchange, out;  // out: folder
};
Status receive(const Context& context, const Receive& options);

struct Confirm {
  std::string exchange;
  std::string file;  // what `receive` wrote; checked again against the commitment
};
Status confirm(const Context& context, const Confirm& options);

struct Reason {
  std::string exchange, reason;
};
Status withdraw(const Context& context, const Reason& options);
Status reject(const Context& context, const Reason& options);

struct ExchangeStatus {
  std::string exchange;
};
Status exchange_status(const Context& context, const ExchangeStatus& options);
Status node_status(const Context& context);

struct GovPropose {
  std::string title;
  std::string add_member;  // member.json
  std::string suspend, reinstate;
  std::string approve_map, retire_map;  // digest
  std::string set_policy;               // JSON file, as in the genesis document
  std::string reason;
  std::uint64_t days = 14;
};
Status gov_propose(const Context& context, const GovPropose& options);
struct GovVote {
  std::string proposal;
  bool refuse = false;
};
Status gov_vote(const Context& context, const GovVote& options);
struct GovShow {
  std::string proposal;  // empty: all
  bool open = false;
};
Status gov_show(const Context& context, const GovShow& options);
Status members(const Context& context);
struct MemberShow {
  std::string member;  // empty: the own organisation
};
Status member_show(const Context& context, const MemberShow& options);

// Keys of the own organisation. The name is the key's label on the ledger and its file's name.
struct KeyAdd {
  std::string role, name;         // admin, operator, reader, node
  std::uint64_t node_number = 0;  // role node: whose operation key it becomes
  bool use = false;               // act with it from now on
};
Status key_add(const Context& context, const KeyAdd& options);
struct KeyRevoke {
  std::string key, reason;  // key: label, key id or its beginning
};
Status key_revoke(const Context& context, const KeyRevoke& options);
Status key_list(const Context& context);
struct KeyRenew {
  std::string name;  // of the files; "encryption": the ledger is told
};
Status key_renew(const Context& context, const KeyRenew& options);

struct Audit {
  std::string exchange, member, from, to;
  bool verify = false;
  std::string receipts;  // folder to save a receipt for each operation shown
};
Status audit(const Context& context, const Audit& options);
// Fetches every block, runs the state machine from the genesis document, compares every header and
// certificate.
Status verify_chain(const Context& context);

struct Verify {
  std::string receipt, genesis;
};
Status verify_receipt_file(const Context& context, const Verify& options);

struct Convert {
  std::string file, map, catalog, out, report, report_json, date;
  std::string insurer;  // receiver's insurer number; persons of others are held back, as in the hub
  std::string report_html, unmapped, record;      // further files, as far as named
  std::string output_encoding;                    // instead of the package's
  std::string catalog_signature, catalog_signer;  // the package must be signed by this key
  std::string findings;                           // a newer dictionary instead of the package's
  std::string split;                              // file of insurer numbers: one output for each
  std::string history;                            // what was delivered before; kept up to date
  std::string check;                              // record or exchange to compare with
  std::string salt;                               // the input's, with an exchange: hex
  std::vector<std::string> require;               // sets of requirements.csv
  std::size_t threads = 1;
  bool partial = false;
};
Status convert_file(const Context& context, const Convert& options);

struct CatalogSign {
  std::string catalog, out;
};
Status catalog_sign(const Context& context, const CatalogSign& options);
struct CatalogVerify {
  std::string catalog, signature, signer;  // signer: public key, PEM
};
Status catalog_verify(const Context& context, const CatalogVerify& options);
// A received standard file as a 特定健診 XML archive or FHIR bundles, in one zip file.
struct Export {
  std::string file, catalog, profile, out, sender, receiver, created;
  std::string form = "hc08", category = "10", programme = "010";
};
Status export_file(const Context& context, const Export& options);

struct MapCheck {
  std::string map, catalog, file;
};
Status map_check(const Context& context, const MapCheck& options);
struct MapDraft {
  std::string file, catalog, synonyms, id, owner, encoding, header, out;
};
Status map_draft(const Context& context, const MapDraft& options);
struct MapTest {
  std::string map, catalog, file;
};
Status map_test(const Context& context, const MapTest& options);
struct MapDiff {
  std::string before, after;
};
Status map_diff(const Context& context, const MapDiff& options);
struct MapRegister {
  std::string map, catalog;
};
Status map_register(const Context& context, const MapRegister& options);
Status map_list(const Context& context);

}  // namespace sekisho::tools
