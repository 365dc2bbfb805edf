// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "converter/report/kinds.h"

#include <array>
#include <deque>
#include <string>

#include "node/base/check.h"

namespace sekisho::converter {
namespace {

constexpr int kChecks = 22;
constexpr std::string_view kCheckAction = "元の値を確認してください。";

constexpr std::array<std::string_view, kChecks + 1> kReasons = {
    "",
    "所見の有無と所見の内容が一致しません。",
    "最低血圧が最高血圧以上、または脈拍が範囲外です。",
    "BMIが身長・体重と一致しません。",
    "空腹時・随時の別と採血時間が一致しません。",
    "中性脂肪400以上または食後採血でLDLコレステロールがあります。non-"
    "HDLコレステロールを確認してください。",
    "総コレステロール・HDL・LDL・non-HDLの関係が一致しません。",
    "HbA1cがJDS値のコードで報告されています。",
    "ALPの値が宣言された測定法の範囲に合いません(JSCC法とIFCC法の取り違えの疑い)。",
    "赤血球・ヘモグロビン・ヘマトクリットとMCV・MCH・MCHCが一致しません。",
    "血液像の合計が100%になりません。",
    "総蛋白・アルブミン・A/G比が一致しません。",
    "直接ビリルビンが総ビリルビンを超えています。",
    "eGFRが年齢・性別・クレアチニンと一致しません。",
    "性別に合わない検査の結果があります。",
    "保健指導レベルが服薬の回答と一致しません。",
    "腹囲の自己申告はBMI22未満の場合に限られます。",
    "左右の一方だけに結果があります。",
    "便潜血の2日目だけに結果があります。",
    "1秒量・努力肺活量・1秒率が一致しません。",
    "飲まない人に飲酒量の回答があります。",
    "年度末年齢が対象外です。",
    "同じ人・同じ日の結果が以前に送られています。",
};

struct Kinds {
  std::deque<std::string> codes;  // keeps the texts that the kinds view
  std::array<MessageKind, kChecks + 1> errors{};
  std::array<MessageKind, kChecks + 1> warnings{};
};

Kinds make_kinds() {
  Kinds out;
  for (int i = 1; i <= kChecks; ++i) {
    const auto at = static_cast<std::size_t>(i);
    const std::string& error = out.codes.emplace_back("E-CORRELATION#" + std::to_string(i));
    const std::string& warning = out.codes.emplace_back("W-CORRELATION#" + std::to_string(i));
    out.errors[at] = {error, 'E', kReasons[at], kCheckAction};
    out.warnings[at] = {warning, 'W', kReasons[at], kCheckAction};
  }
  return out;
}

}  // namespace

const MessageKind& correlation_kind(int number, char message_class) {
  static const Kinds kinds = make_kinds();
  CHECK(number >= 1);
  CHECK(number <= kChecks);
  const auto at = static_cast<std::size_t>(number);
  return message_class == 'E' ? kinds.errors[at] : kinds.warnings[at];
}

}  // namespace sekisho::converter
