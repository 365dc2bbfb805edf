// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "converter/report.h"

namespace sekisho::converter {
namespace {

constexpr std::string_view kHead = R"(<!DOCTYPE html>
<html lang="ja"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>変換結果の確認</title>
<style>
body{font-family:"Noto Sans JP","Yu Gothic","Meiryo",sans-serif;margin:2rem;color:#1b1b1b;line-height:1.6}
h1{font-size:1.4rem}h2{font-size:1.1rem;margin-top:2rem;border-bottom:2px solid #888}
table{border-collapse:collapse;width:100%}
th,td{border:1px solid #bbb;padding:.3rem .5rem;text-align:left;vertical-align:top;font-size:.9rem}
th{background:#eee}td.raw{font-family:monospace;white-space:pre-wrap;overflow-wrap:anywhere}
.good{color:#05602b}.bad{color:#a10f0f;font-weight:bold}.urgent{background:#fdecec}
ul.sums{display:flex;flex-wrap:wrap;gap:1rem;list-style:none;padding:0}
ul.sums li{border:1px solid #bbb;padding:.5rem 1rem}ul.sums b{display:block;font-size:1.3rem}
@media print{body{margin:0}}
</style></head><body>
<h1>変換結果の確認</h1>
)";

struct Section {
  char message_class;
  std::string_view title;
  std::string_view hint;
};
constexpr std::array<Section, 4> kSections = {{
    {'F', "ファイルの問題", "解決するまで何も送られません。"},
    {'P', "緊急の値(パニック値)", "受診者への連絡が済んでいるか、すぐに確認してください。"},
    {'E', "保留した人", "元のデータを直して出し直すと送られます。"},
    {'W', "確認が必要なもの", "送られています。内容を確認してください。"},
}};

// Control characters that a page must not hold become blanks.
void put_text(std::string& out, std::string_view text) {
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t' ? ' ' : c;
    }
  }
}

void put_cell(std::string& out, std::string_view text, std::string_view style = {}) {
  out += style.empty() ? "<td>" : "<td class=\"raw\">";
  put_text(out, text);
  out += "</td>";
}

void put_sum(std::string& out, std::string_view name, std::uint64_t count) {
  out += "<li>";
  out += name;
  out += "<b>" + std::to_string(count) + "</b></li>";
}

void put_summary(std::string& out, const Counts& counts) {
  const bool whole = counts.fatal == 0 && counts.errors == 0;
  out += whole
             ? "<p class=\"good\">全員を変換しました。</p>"
             : "<p class=\"bad\">変換できなかったものがあります。下の一覧を確認してください。</p>";
  out += "<ul class=\"sums\">";
  put_sum(out, "読んだ行", counts.rows_in);
  put_sum(out, "変換した人", counts.persons_out);
  put_sum(out, "保留した人", counts.persons_held);
  put_sum(out, "重複で省いた行", counts.rows_skipped);
  put_sum(out, "緊急の値", counts.panics);
  put_sum(out, "警告", counts.warnings);
  out += "</ul>\n";
}

void put_message(std::string& out, const Message& message) {
  out += message.message_class == 'P' ? "<tr class=\"urgent\">" : "<tr>";
  put_cell(out, message.row == 0 ? "全体" : std::to_string(message.row));
  put_cell(out, message.column);
  put_cell(out, message.item);
  put_cell(out, message.raw_value, "raw");
  put_cell(out, message.reason);
  put_cell(out, message.action);
  put_cell(out, message.code);
  out += "</tr>\n";
}

void put_section(std::string& out, const Report& report, const Section& section) {
  const auto belongs = [&](const Message& message) {
    return message.message_class == section.message_class;
  };
  if (std::none_of(report.messages.begin(), report.messages.end(), belongs)) return;
  out += "<h2>";
  out += section.title;
  out += "</h2><p>";
  out += section.hint;
  out +=
      "</p><table><thead><tr><th>行</th><th>列</th><th>項目</th><th>元の値</th><th>理由</th>"
      "<th>対応</th><th>コード</th></tr></thead><tbody>\n";
  for (const Message& message : report.messages) {
    if (belongs(message)) put_message(out, message);
  }
  out += "</tbody></table>\n";
}

void put_codes(std::string& out, const Report& report) {
  out +=
      "<h2>コード別の件数</h2><table><thead><tr><th>コード</th><th>件数</th></tr></thead><tbody>";
  for (const auto& [code, count] : report.counts) {
    out += "<tr>";
    put_cell(out, code);
    put_cell(out, std::to_string(count));
    out += "</tr>\n";
  }
  out += "</tbody></table>\n";
  if (report.dropped == 0) return;
  out += "<p>件数が多いため、" + std::to_string(report.dropped) + " 件は一覧に載せていません。</p>";
}

void put_unmapped(std::string& out, const Report& report) {
  if (report.unmapped_terms.empty()) return;
  out +=
      "<h2>用語辞書にない用語</h2><p>辞書への追加を事務局に依頼し、追加後に変換し直してください。</"
      "p>"
      "<table><thead><tr><th>項目</th><th>用語</th><th>件数</th></tr></thead><tbody>\n";
  for (const auto& [key, times] : report.unmapped_terms) {
    const std::size_t tab = key.find('\t');
    out += "<tr>";
    put_cell(out, std::string_view(key).substr(0, tab));
    put_cell(out, std::string_view(key).substr(tab + 1), "raw");
    put_cell(out, std::to_string(times));
    out += "</tr>\n";
  }
  out += "</tbody></table>\n";
}

void put_facts(std::string& out, const std::vector<ReportFact>& facts) {
  if (facts.empty()) return;
  out += "<h2>変換に使ったもの</h2><table><tbody>\n";
  for (const ReportFact& fact : facts) {
    out += "<tr>";
    put_cell(out, fact.name);
    put_cell(out, fact.value, "raw");
    out += "</tr>\n";
  }
  out += "</tbody></table>\n";
}

}  // namespace

std::string render_report_html(const Report& report, const Counts& counts,
                               const std::vector<ReportFact>& facts) {
  std::string out(kHead);
  put_summary(out, counts);
  for (const Section& section : kSections) put_section(out, report, section);
  put_unmapped(out, report);
  put_codes(out, report);
  put_facts(out, facts);
  return out + "</body></html>\n";
}

}  // namespace sekisho::converter
