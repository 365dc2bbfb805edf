// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace sekisho::converter {

// One kind of message: its stable code, its class and what it tells people. The texts never repeat
// values; those stand beside them in the report.
struct MessageKind {
  std::string_view code;
  char message_class;
  std::string_view reason;
  std::string_view action;
};

namespace kinds {

inline constexpr MessageKind kDecode{
    "F-DECODE", 'F', "宣言された文字コードとして読めないバイトがあります。",
    "マップファイルの文字コードと出力設定を確認し、ファイルを出し直してください。"};
inline constexpr MessageKind kHeaderHash{
    "F-HEADER-HASH", 'F', "見出し行が登録されたレイアウトと異なります(レイアウト変更)。",
    "健診システムの更新の有無を確認し、マップファイルの新しい版を登録してください。"};
inline constexpr MessageKind kColumnCount{
    "F-COLCOUNT", 'F', "この行の列数がマップファイルと異なります。",
    "区切り文字と引用符を確認し、ファイルを出し直してください。"};
inline constexpr MessageKind kQuote{"F-QUOTE", 'F', "引用符の対応が取れていません。",
                                    "該当行の引用符を直してください。"};
inline constexpr MessageKind kEmpty{"F-EMPTY", 'F', "データ行がありません。",
                                    "正しいファイルを選んだか確認してください。"};
inline constexpr MessageKind kMapExpired{"F-MAP-EXPIRED", 'F', "マップファイルの有効期間外です。",
                                         "有効なマップファイルを指定してください。"};
inline constexpr MessageKind kDuplicateFile{
    "F-DUPLICATE-FILE", 'F', "同じ内容のファイルは既に送られています。",
    "送信済みの記録を確認してください。訂正の場合は訂正後のファイルを選んでください。"};
inline constexpr MessageKind kSize{"F-SIZE", 'F', "ファイルまたは行が大きすぎます。",
                                   "ファイルを分けてください。"};

inline constexpr MessageKind kReceiverMismatch{
    "E-RECEIVER-MISMATCH", 'E',
    "保険者番号が宛先の保険者と異なります。この人の結果は宛先に渡していません。",
    "この人の保険者を宛先にして送ってください。"};
inline constexpr MessageKind kReceiverUnknown{
    "E-RECEIVER-MISMATCH", 'E',
    "保険者番号が空のため、宛先の保険者の人か確かめられません。宛先に渡していません。",
    "元のデータに保険者番号を入れて送り直してください。"};

inline constexpr MessageKind kArchive{
    "F-ARCHIVE", 'F', "圧縮ファイルまたはXML文書を読めません。",
    "一つのファイルだけを、パスワードなしの zip にして送信し直してください。"};

inline constexpr MessageKind kKeyMissing{"E-KEY-MISSING", 'E', "必須の項目が空です。",
                                         "元のデータに値を入れてください。"};
inline constexpr MessageKind kDate{
    "E-DATE", 'E', "日付として読めないか、存在しない日付です。",
    "マップファイルの日付形式に合わせて正しい日付を入れてください。"};
inline constexpr MessageKind kDateFuture{"E-DATE-FUTURE", 'E', "健診実施年月日が未来の日付です。",
                                         "日付を確認してください。"};
inline constexpr MessageKind kBirthAfterExam{
    "E-BIRTH>EXAM", 'E', "生年月日が健診実施年月日より後です。", "日付を確認してください。"};
inline constexpr MessageKind kSex{"E-SEX", 'E', "性別の値がマップファイルの表にありません。",
                                  "性別を確認してください。"};
inline constexpr MessageKind kInsurerDigits{"E-INSURER-DIGITS", 'E',
                                            "番号の桁数または文字が正しくありません。",
                                            "先頭のゼロが失われていないか確認してください。"};
inline constexpr MessageKind kValueType{"E-VALUE-TYPE", 'E', "この項目の型の値として読めません。",
                                        "値を確認してください。"};
inline constexpr MessageKind kUnit{"E-UNIT", 'E',
                                   "単位が項目の単位と異なり、換算が宣言されていません。",
                                   "単位を直すか、マップファイルに換算係数を宣言してください。"};
inline constexpr MessageKind kCodeUnknown{
    "E-CODE-UNKNOWN", 'E', "コードまたは表記が表にありません。",
    "値を確認するか、マップファイルの値対応表に追加してください。"};
inline constexpr MessageKind kAmbiguous{"E-AMBIGUOUS", 'E', "同じ項目に異なる値が複数あります。",
                                        "どちらが正しいか確認し、一方だけにしてください。"};
inline constexpr MessageKind kPersonAmbiguous{"E-AMBIGUOUS", 'E',
                                              "同じ人・同じ健診日で内容の異なる行があります。",
                                              "どの行が正しいか確認し、一行だけにしてください。"};
inline constexpr MessageKind kDoneEmpty{"E-DONE-EMPTY", 'E',
                                        "実施区分が「実施」ですが結果が空です。",
                                        "結果または実施区分を直してください。"};
inline constexpr MessageKind kNotDoneValue{"E-NOTDONE-VALUE", 'E',
                                           "実施区分が「未実施」ですが結果があります。",
                                           "結果または実施区分を直してください。"};
inline constexpr MessageKind kUnmeasurableValue{"E-UNMEASURABLE-VALUE", 'E',
                                                "実施区分が「測定不能」ですが結果があります。",
                                                "結果または実施区分を直してください。"};
inline constexpr MessageKind kJudgementUnknown{
    "E-JUDGEMENT-UNKNOWN", 'E', "判定の記号がマップファイルの判定表にありません。",
    "判定を確認するか、マップファイルの判定表に追加してください。"};
inline constexpr MessageKind kGroupIncomplete{
    "E-GROUP-INCOMPLETE", 'E', "一組で報告する項目の一部が空です。",
    "元のデータに値を入れるか、未実施・測定不能を明記してください。"};
inline constexpr MessageKind kNoReceiver{
    "E-RECEIVER-UNKNOWN", 'E', "この保険者番号は宛先の一覧にありません。どこへも送りません。",
    "保険者番号を確認するか、宛先の一覧に加えてください。"};
inline constexpr MessageKind kDuplicateRowHeld{"E-DUP-ROW", 'E', "前の行と完全に同じ行です。",
                                               "重複した行を除いてください。"};

inline constexpr MessageKind kRangeLow{"W-RANGE-LOW", 'W', "入力下限値を下回っています。",
                                       "値を確認してください。"};
inline constexpr MessageKind kRangeHigh{"W-RANGE-HIGH", 'W', "入力上限値を上回っています。",
                                        "値を確認してください。"};
inline constexpr MessageKind kDecimals{"W-DECIMALS", 'W', "小数桁が項目の形式より多くあります。",
                                       "必要なら元の値を直してください。"};
inline constexpr MessageKind kLength{
    "W-LEN", 'W', "項目の最大バイト数を超えたため、末尾の用語または文字を標準列から除きました。",
    "原本列で全文を確認してください。"};
inline constexpr MessageKind kTermUnmapped{
    "W-TERM-UNMAPPED", 'W', "用語辞書にない所見です。標準列には入れず、原本を残しました。",
    "用語辞書またはマップファイルへの追加を依頼してください。"};
inline constexpr MessageKind kGaiji{"W-GAIJI", 'W',
                                    "外字または標準で表せない文字を〓に置き換えました。",
                                    "原本列で元の文字を確認してください。"};
inline constexpr MessageKind kFormula{
    "W-FORMULA", 'W', "表計算ソフトで数式として動くおそれのある文字列です。先頭に ' を付けました。",
    "元の値を確認してください。"};
inline constexpr MessageKind kRequiredAbsent{"W-REQUIRED-ABSENT", 'W',
                                             "この健診で必要な項目がありません。",
                                             "実施の有無と元のデータを確認してください。"};
inline constexpr MessageKind kNotDoneWord{"W-NOTDONE-WORD", 'W', "未実施として扱いました。",
                                          "確認だけで構いません。"};
inline constexpr MessageKind kUnmeasurable{"W-UNMEASURABLE", 'W', "測定不能として扱いました。",
                                           "確認だけで構いません。"};
inline constexpr MessageKind kComparator{
    "W-COMPARATOR", 'W', "未満・以下・以上の付いた結果です。数値と形態を残しました。",
    "確認だけで構いません。"};
inline constexpr MessageKind kDuplicateRow{"W-DUP-ROW", 'W',
                                           "前の行と完全に同じ行のため、一度だけ出力しました。",
                                           "重複の原因を確認してください。"};
inline constexpr MessageKind kDuplicatePerson{"W-DUP-PERSON", 'W',
                                              "同じ人・同じ健診日の行が他にもあります。",
                                              "どちらも必要か確認してください。"};
inline constexpr MessageKind kCheckDigit{
    "W-CHECK-DIGIT", 'W', "検証番号(チェックデジット)が合いません。", "番号を確認してください。"};

inline constexpr MessageKind kPanic{"P", 'P', "緊急の対応を要する値(パニック値)です。",
                                    "受診者への連絡を確認してください。"};

inline constexpr MessageKind kPresenceCompleted{"I-PRESENCE", 'I', "所見の有無を補いました。", ""};
inline constexpr MessageKind kDeliveredBefore{"I-DELIVERED-BEFORE", 'I',
                                              "同じ内容の結果を以前に送っています。", ""};
inline constexpr MessageKind kFactorRounded{"W-FACTOR-ROUNDED", 'W',
                                            "単位換算の結果が割り切れないため四捨五入しました。",
                                            "確認だけで構いません。"};

}  // namespace kinds

// The message of correlation check 1-22 in class 'E' or 'W'.
[[nodiscard]] const MessageKind& correlation_kind(int number, char message_class);

}  // namespace sekisho::converter
