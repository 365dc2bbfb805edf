// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>
#include <functional>
#include <string>

#include <CLI/CLI.hpp>

#include "node/base/secret.h"
#include "node/tools/verbs.h"
#include "node/version.h"

// `sekisho VERB …`: exit status 0 done, 1 failed (what and what to do is on standard error), 2
// usage.
namespace sekisho::tools {
namespace {

using Action = std::function<Status(const Context&)>;

// Collects what the command line says; the chosen verb leaves its action here.
struct CommandLine {
  CLI::App app{
      "Sekisho 関所: 健診結果ファイルの送受信と監査 / exchange of health-checkup files with proof",
      "sekisho"};
  Context context;
  std::string language;
  bool json = false;
  Action action;
};

std::string default_home() {
  const char* home = std::getenv("SEKISHO_HOME");
  if (home != nullptr) return home;
  const char* user = std::getenv("HOME");
  return std::string(user == nullptr ? "." : user) + "/.sekisho";
}

// A subcommand whose options live in an O and whose action is a verb that takes it.
template <typename O>
CLI::App& verb(CommandLine& line, CLI::App& parent, const std::string& name,
               const std::string& help, Status (*run)(const Context&, const O&),
               const std::function<void(CLI::App&, O&)>& declare) {
  auto options = std::make_shared<O>();
  CLI::App& sub = *parent.add_subcommand(name, help);
  declare(sub, *options);
  sub.callback([&line, run, options] {
    line.action = [run, options](const Context& context) { return run(context, *options); };
  });
  return sub;
}

void plain_verb(CommandLine& line, CLI::App& parent, const std::string& name,
                const std::string& help, Status (*run)(const Context&)) {
  parent.add_subcommand(name, help)->callback([&line, run] { line.action = run; });
}

void add_set_up(CommandLine& line) {
  CLI::App& org = *line.app.add_subcommand("org", "組織の鍵と証明書 / an organisation's keys");
  org.require_subcommand(1);
  verb<OrgInit>(
      line, org, "init",
      "組織の鍵・証明書・member.json を作る / make keys, certificates and member.json", org_init,
      [](CLI::App& sub, OrgInit& o) {
        sub.add_option("--id", o.member_id, "a-z 0-9 -")->required();
        sub.add_option(
               "--kind", o.kind,
               "institution insurer municipality employer medical agent secretariat auditor")
            ->required();
        sub.add_option("--number", o.number,
                       "機関番号・保険者番号 / institution or insurer number");
        sub.add_option("--name", o.name, "組織の名称 / name")->required();
        sub.add_option("--parent", o.parent, "親機関 / parent institution's id");
        sub.add_option("--node-number", o.node_number,
                       "この組織がノードを持つ場合の番号 / its node's number");
        sub.add_option("--node-name", o.node_name);
        sub.add_option("--peer", o.peer_address, "host:port of the peer protocol");
        sub.add_option("--api", o.api_address, "host:port of the HTTPS API");
        sub.add_flag("--converter", o.converter, "変換ノード / has the converter role");
        sub.add_option("--catalogs", o.catalogs, "folder of catalog packages (converter)");
        sub.add_option("--use-node", o.node,
                       "ノードを持たない組織が使うAPI / API address of the node its people use");
      });
  CLI::App& consortium = *line.app.add_subcommand("consortium", "コンソーシアム / the consortium");
  consortium.require_subcommand(1);
  verb<ConsortiumInit>(
      line, consortium, "init", "member.json から創世文書を作る / make the genesis document",
      consortium_init, [](CLI::App& sub, ConsortiumInit& o) {
        sub.add_option("--name", o.name)->required();
        sub.add_option("--out", o.out)->required();
        sub.add_option("--member", o.members, "member.json, repeated")->required();
        sub.add_option("--policy", o.policy, "方針のJSON（省略時は既定値） / policy as JSON");
      });
}

void add_exchange(CommandLine& line) {
  verb<Send>(
      line, line.app, "send", "結果ファイルを送る / send a result file", send_file,
      [](CLI::App& sub, Send& o) {
        sub.add_option("file", o.file, "ファイル / file")->required();
        sub.add_option("--to", o.receiver, "受け取る会員 / receiver's member id")->required();
        sub.add_option("--map", o.map, "変換テーブル / map id, id@version or digest");
        sub.add_option("--converter", o.converter, "変換ノード番号 / converter node number");
        sub.add_flag("--partial", o.partial,
                     "エラーのある人を除いて送る / deliver without the persons that have errors");
        sub.add_flag("--wait", o.wait, "変換が終わるまで待つ / wait for the conversion");
      });
  verb<Inbox>(
      line, line.app, "inbox", "届いたファイルと送ったファイル / what waits", inbox,
      [](CLI::App& sub, Inbox& o) { sub.add_flag("--all", o.all, "完了分も / closed ones too"); });
  verb<Receive>(line, line.app, "receive", "受信する / fetch and open", receive,
                [](CLI::App& sub, Receive& o) {
                  sub.add_option("exchange", o.exchange, "送信番号 / exchange id")->required();
                  sub.add_option("--out", o.out, "保存先フォルダ / folder");
                });
  verb<Confirm>(line, line.app, "confirm", "受信完了にする / confirm receipt", confirm,
                [](CLI::App& sub, Confirm& o) {
                  sub.add_option("exchange", o.exchange)->required();
                  sub.add_option("--file", o.file,
                                 "移動した場合の場所 / where the received file is now");
                });
  const auto reason = [](CLI::App& sub, Reason& o) {
    sub.add_option("exchange", o.exchange)->required();
    sub.add_option("--reason", o.reason, "理由（個人情報を書かない） / reason, no personal data")
        ->required();
  };
  verb<Reason>(line, line.app, "withdraw", "送信を取り消す / take back before the first fetch",
               withdraw, reason);
  verb<Reason>(line, line.app, "reject", "返戻する / send back", reject, reason);
  verb<ExchangeStatus>(
      line, line.app, "status", "送信一件の状態 / one exchange", exchange_status,
      [](CLI::App& sub, ExchangeStatus& o) { sub.add_option("exchange", o.exchange)->required(); });
}

void add_governance(CommandLine& line) {
  CLI::App& gov = *line.app.add_subcommand("gov", "提案と投票 / governance");
  gov.require_subcommand(1);
  verb<GovPropose>(line, gov, "propose", "提案する / propose", gov_propose,
                   [](CLI::App& sub, GovPropose& o) {
                     sub.add_option("--title", o.title)->required();
                     sub.add_option("--add-member", o.add_member, "member.json");
                     sub.add_option("--suspend", o.suspend, "member id");
                     sub.add_option("--reinstate", o.reinstate, "member id");
                     sub.add_option("--approve-map", o.approve_map, "digest");
                     sub.add_option("--retire-map", o.retire_map, "digest");
                     sub.add_option("--set-policy", o.set_policy,
                                    "方針のJSON（全項目） / the whole policy as JSON");
                     sub.add_option("--reason", o.reason);
                     sub.add_option("--days", o.days, "投票期間 / days until it expires")
                         ->check(CLI::Range(1, 30));
                   });
  verb<GovVote>(line, gov, "vote", "投票する / vote", gov_vote, [](CLI::App& sub, GovVote& o) {
    sub.add_option("proposal", o.proposal)->required();
    sub.add_flag("--refuse", o.refuse, "反対 / vote against");
  });
  verb<GovShow>(line, gov, "show", "提案を見る / show proposals", gov_show,
                [](CLI::App& sub, GovShow& o) {
                  sub.add_option("proposal", o.proposal);
                  sub.add_flag("--open", o.open, "投票中だけ / open ones only");
                });
  plain_verb(line, line.app, "members", "会員とノード / members and nodes", members);
  CLI::App& member = *line.app.add_subcommand("member", "会員 / members");
  member.require_subcommand(1);
  plain_verb(line, member, "list", "会員とノード / members and nodes", members);
  verb<MemberShow>(line, member, "show", "会員一つ：鍵と証明書の期限 / one member, its keys",
                   member_show, [](CLI::App& sub, MemberShow& o) {
                     sub.add_option("member", o.member, "会員ID（省略時は自組織） / member id");
                   });
}

void add_keys(CommandLine& line) {
  CLI::App& key = *line.app.add_subcommand("key", "組織の鍵 / the organisation's keys");
  key.require_subcommand(1);
  verb<KeyAdd>(line, key, "add", "新しい鍵を作り台帳に登録する / make a key and register it",
               key_add, [](CLI::App& sub, KeyAdd& o) {
                 sub.add_option("name", o.name, "鍵の名前 a-z 0-9 - / its name")->required();
                 sub.add_option("--role", o.role, "admin operator reader node")->required();
                 sub.add_option("--node-number", o.node_number,
                                "role node: どのノードの操作鍵か / whose operation key it becomes");
                 sub.add_flag("--use", o.use, "これからこの鍵を使う / act with it from now on");
               });
  verb<KeyRevoke>(line, key, "revoke", "鍵を失効させる / revoke a key", key_revoke,
                  [](CLI::App& sub, KeyRevoke& o) {
                    sub.add_option("key", o.key, "鍵の名前または鍵ID / name or key id")->required();
                    sub.add_option("--reason", o.reason,
                                   "理由（個人情報を書かない） / reason, no personal data")
                        ->required();
                  });
  plain_verb(line, key, "list", "鍵の一覧 / the keys", key_list);
  verb<KeyRenew>(line, key, "renew",
                 "証明書を同じ鍵で更新する / renew a certificate with the same key", key_renew,
                 [](CLI::App& sub, KeyRenew& o) {
                   sub.add_option("name", o.name, "operator, admin, encryption …")->required();
                 });
}

void add_audit(CommandLine& line) {
  verb<Audit>(line, line.app, "audit", "監査の時系列 / the audit chain", audit,
              [](CLI::App& sub, Audit& o) {
                sub.add_option("--exchange", o.exchange, "送信番号 / exchange id");
                sub.add_option("--member", o.member, "会員 / member id");
                sub.add_option("--from", o.from, "YYYY-MM-DD");
                sub.add_option("--to", o.to, "YYYY-MM-DD");
                sub.add_flag("--verify", o.verify,
                             "証明を検証する。条件なしなら全ブロックを再実行 / verify; without a "
                             "filter, run the whole chain again");
                sub.add_option("--receipts", o.receipts,
                               "受領証明の保存先 / folder to save receipts in");
              });
  verb<Verify>(line, line.app, "verify", "受領証明をオフラインで検証する / check a receipt offline",
               verify_receipt_file, [](CLI::App& sub, Verify& o) {
                 sub.add_option("receipt", o.receipt)->required();
                 sub.add_option("--genesis", o.genesis, "創世文書 / genesis document");
               });
  CLI::App& node = *line.app.add_subcommand("node", "ノード / the node");
  node.require_subcommand(1);
  plain_verb(line, node, "status", "ノードの状態 / its status", node_status);
}

void add_converter(CommandLine& line) {
  verb<Convert>(
      line, line.app, "convert", "手元で変換する / convert on this computer", convert_file,
      [](CLI::App& sub, Convert& o) {
        sub.add_option("file", o.file)->required();
        sub.add_option("--map", o.map, "変換テーブルのファイル / map file")->required();
        sub.add_option("--catalog", o.catalog, "項目定義のフォルダ / catalog package")->required();
        sub.add_option("--out", o.out);
        sub.add_option("--report", o.report, "確認リスト (CSV) / error list");
        sub.add_option("--report-json", o.report_json);
        sub.add_option("--report-html", o.report_html, "読めるページ / readable page");
        sub.add_option("--unmapped", o.unmapped, "辞書にない用語の一覧 / unmapped terms");
        sub.add_option("--record", o.record, "変換の記録 / record of the conversion");
        sub.add_option("--output-encoding", o.output_encoding, "CP932 | UTF-8 | UTF-8-BOM");
        sub.add_option("--catalog-signature", o.catalog_signature, "項目定義の署名 / signature");
        sub.add_option("--catalog-signer", o.catalog_signer, "署名者の公開鍵 / its key, PEM");
        sub.add_option("--findings", o.findings, "新しい用語辞書 / newer findings.csv");
        sub.add_option("--split", o.split, "保険者番号の一覧で分ける / file of insurer numbers");
        sub.add_option("--history", o.history, "送信履歴 / history of deliveries");
        sub.add_option("--require", o.require, "必須項目の組 (tokutei, rule44) / requirement sets");
        sub.add_option("--check", o.check, "記録と比べる / compare with a record or exchange");
        sub.add_option("--salt", o.salt, "照合値の塩 / salt of the input's commitment");
        sub.add_option("--threads", o.threads, "同時に働く数 / workers");
        sub.add_option("--date", o.date, "変換日 YYYY-MM-DD / conversion date");
        sub.add_option("--insurer", o.insurer,
                       "宛先の保険者番号。他の保険者の人は保留 / receiver's insurer number");
        sub.add_flag("--partial", o.partial);
      });
  CLI::App& catalog = *line.app.add_subcommand("catalog", "項目定義 / format definitions");
  catalog.require_subcommand(1);
  verb<CatalogSign>(line, catalog, "sign", "署名する / sign a package", catalog_sign,
                    [](CLI::App& sub, CatalogSign& o) {
                      sub.add_option("catalog", o.catalog)->required();
                      sub.add_option("--out", o.out)->required();
                    });
  verb<CatalogVerify>(line, catalog, "verify", "署名を確かめる / check a signature", catalog_verify,
                      [](CLI::App& sub, CatalogVerify& o) {
                        sub.add_option("catalog", o.catalog)->required();
                        sub.add_option("--signature", o.signature)->required();
                        sub.add_option("--signer", o.signer, "公開鍵 PEM")->required();
                      });
  verb<Export>(
      line, line.app, "export", "標準CSVを他の形式にする / a standard file in another form",
      export_file, [](CLI::App& sub, Export& o) {
        sub.add_option("file", o.file, "標準CSV / standard file")->required();
        sub.add_option("--form", o.form, "hc08 (特定健診 XML), fhir")
            ->check(CLI::IsMember({"hc08", "fhir"}));
        sub.add_option("--catalog", o.catalog)->required();
        sub.add_option("--profile", o.profile, "コード表のフォルダ / code tables")->required();
        sub.add_option("--sender", o.sender, "送付元機関 10桁 / 10 digits")->required();
        sub.add_option("--receiver", o.receiver, "送付先機関 8桁 / 8 digits")->required();
        sub.add_option("--created", o.created, "作成日 YYYYMMDD")->required();
        sub.add_option("--category", o.category, "報告区分 / report category");
        sub.add_option("--programme", o.programme, "健診プログラム / programme");
        sub.add_option("--out", o.out, "保存先のフォルダ / folder")->required();
      });
  CLI::App& map = *line.app.add_subcommand("map", "変換テーブル / map files");
  map.require_subcommand(1);
  verb<MapCheck>(line, map, "check", "誤りがないか調べる / check a map file", map_check,
                 [](CLI::App& sub, MapCheck& o) {
                   sub.add_option("map", o.map)->required();
                   sub.add_option("--catalog", o.catalog)->required();
                   sub.add_option("--file", o.file, "見本ファイル / sample");
                 });
  verb<MapDraft>(line, map, "draft", "見本から下書きを作る / propose a map from a sample",
                 map_draft, [](CLI::App& sub, MapDraft& o) {
                   sub.add_option("file", o.file, "見本ファイル / sample")->required();
                   sub.add_option("--catalog", o.catalog)->required();
                   sub.add_option("--id", o.id, "変換テーブルの名前 / its name")->required();
                   sub.add_option("--out", o.out, "書き出し先 / where to write")->required();
                   sub.add_option("--synonyms", o.synonyms, "見出しの対応表 / table of headers");
                   sub.add_option("--owner", o.owner, "健診機関番号 / institution number");
                   sub.add_option("--encoding", o.encoding, "省略時は推定 / guessed when absent");
                   sub.add_option("--header", o.header, "none, single, group, code-label");
                 });
  verb<MapTest>(line, map, "test", "見本で試し、列ごとに報告する / try on a sample", map_test,
                [](CLI::App& sub, MapTest& o) {
                  sub.add_option("map", o.map)->required();
                  sub.add_option("--catalog", o.catalog)->required();
                  sub.add_option("--file", o.file, "見本ファイル / sample")->required();
                });
  verb<MapDiff>(line, map, "diff", "二つの版の違い / what two versions differ in", map_diff,
                [](CLI::App& sub, MapDiff& o) {
                  sub.add_option("before", o.before)->required();
                  sub.add_option("after", o.after)->required();
                });
  verb<MapRegister>(line, map, "register", "登録する / register on the ledger", map_register,
                    [](CLI::App& sub, MapRegister& o) {
                      sub.add_option("map", o.map)->required();
                      sub.add_option("--catalog", o.catalog)->required();
                    });
  plain_verb(line, map, "list", "登録済みの変換テーブル / maps on the ledger", map_list);
}

int run(int argc, char** argv) {
  CommandLine line;
  line.context.home = default_home();
  line.app.set_version_flag("--version", std::string(kVersion));
  line.app.require_subcommand(1);
  line.app.fallthrough();
  line.app.add_option("--home", line.context.home, "組織のフォルダ / home folder (SEKISHO_HOME)");
  line.app.add_option("--node", line.context.node, "使うノード host:port / node to talk to");
  line.app.add_option("--passphrase-file", line.context.passphrase_file,
                      "パスフレーズのファイル / file with the passphrase");
  line.app.add_option("--key", line.context.key,
                      "使う鍵の名前 / name of the key to act with, instead of the usual one");
  line.app.add_option("--lang", line.language, "ja, en")->check(CLI::IsMember({"ja", "en"}));
  line.app.add_flag("--json", line.json, "結果を JSON で / results as JSON");
  add_set_up(line);
  add_exchange(line);
  add_governance(line);
  add_keys(line);
  add_audit(line);
  add_converter(line);
  try {
    line.app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return line.app.exit(error);
    const Console console(choose_language(line.language), line.json);
    (void)console.failed({Code::kInvalidArgument, error.what()});
    return 2;
  }
  line.context.console = Console(choose_language(line.language), line.json);
  const Status done = line.action(line.context);
  return done ? 0 : line.context.console.failed(done.error());
}

}  // namespace
}  // namespace sekisho::tools

int main(int argc, char** argv) {
  sekisho::harden_process();
  return sekisho::tools::run(argc, argv);
}
