// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "converter/convert.h"
#include "tests/unit/converter/package.h"

// A small catalog and a small layout that show every kind of item.
namespace sekisho::converter::testing {

inline std::map<std::string, Bytes> mini_package() {
  std::map<std::string, Bytes> files;
  files["manifest.toml"] = R"([catalog]
id = "mini"
version = "1"
title = "テスト用"
[output]
encoding = "UTF-8"
line_end = "LF"
item_max_bytes = 40
[reserve]
count = 1
[special_words]
not_done = ["未実施"]
unmeasurable = ["測定不能"]
no_finding = ["異常なし"]
)";
  files["result_lists.csv"] =
      "list,code,term,valid_from,valid_to\n"
      "smoking,1,はい,2024-04-01,\nsmoking,2,以前は吸った,2024-04-01,\nsmoking,3,いいえ,2024-04-01,"
      "\n"
      "smoking,1,はい,,2024-03-31\nsmoking,2,いいえ,,2024-03-31\n"
      "presence,1,所見あり,,\npresence,2,所見なし,,\n"
      "time,2,食後10時間以上,,\ntime,3,食後3.5時間以上,,\ntime,4,食後3.5時間未満,,\n";
  files["findings.csv"] =
      "list,term,synonyms\necg,左軸偏位,LAD\necg,洞徐脈,洞性徐脈\necg,完全右脚ブロック,\n";
  files["units.csv"] = "unit,aliases\nmm[Hg],mmHg\n";
  files["items.csv"] =
      "number,name,code17,type,format,max_bytes,unit,input_min,input_max,panic_low,panic_high,"
      "result_list,sex,presence_item,presence_yes,presence_no,pair,role\n"
      "1,健診日,,date,,,,,,,,,,,,,,exam_date\n"
      "2,氏名,,name,,,,,,,,,,,,,,name\n"
      "3,カナ,,kana,,,,,,,,,,,,,,kana\n"
      "4,生年月日,,date,,,,,,,,,,,,,,birth_date\n"
      "5,性別,,sex,,,,,,,,,,,,,,sex\n"
      "6,保険者番号,,insurer,,,,,,,,,,,,,,insurer_number\n"
      "7,身長,9N001000000000001,number,NNN.N,,cm,100,250,,,,,,,,,height\n"
      "8,体重,9N006000000000001,number,NNN.N,,kg,20,250,,,,,,,,,weight\n"
      "9,BMI,9N011000000000001,number,NN.N,,kg/m2,10,100,,,,,,,,,bmi\n"
      "10,最高血圧,9A751000000000001,number,NNN,,mm[Hg],60,300,,,,,,,,,sbp1\n"
      "11,最低血圧,9A761000000000001,number,NNN,,mm[Hg],30,150,,,,,,,,,dbp1\n"
      "12,白血球数,2A010000001930101,number,NNNNN,,/mm3,,,2000,20000,,,,,,,\n"
      "13,CRP,5C070000002306201,number,NN.N,,mg/dL,,,,20,,,,,,,\n"
      "14,喫煙,9N736000000000011,code,,,,,,,,smoking,,,,,,\n"
      "15,判定,,judgement,,,,,,,,,,,,,,\n"
      "16,心電図(所見),9A110160800000049,findings,,,,,,,,ecg,,心電図(有無),所見あり,所見なし,,\n"
      "17,心電図(有無),9A110160700000011,code,,,,,,,,presence,,,,,,\n"
      "18,備考,,text,,,,,,,,,,,,,,\n"
      "19,PSA,,number,NN.N,,ng/mL,,,,,,M,,,,,\n"
      "20,視力右,,number,N.N,,,,,,,,,,,,視力左,\n"
      "21,視力左,,number,N.N,,,,,,,,,,,,視力右,\n"
      "22,受診券,,digits,11,,,,,,,,,,,,,voucher_number\n"
      "23,随時血糖,3D010129901927201,number,NNNN,,mg/dL,,,,,,,,,,,glucose_casual\n"
      "24,採血時間,9N141000000000011,code,,,,,,,,time,,,,,,sampling_time\n";
  return files;
}

inline Definition mini_definition(const std::map<std::string, Bytes>& files = mini_package()) {
  auto definition = load_definition(files, sha256);
  EXPECT_TRUE(definition.has_value()) << definition.error().to_string();
  return std::move(definition).value_or(Definition{});
}

inline constexpr std::string_view kMiniHeader =
    "健診日,氏名,カナ,生年月日,性別,保険者番号,身長,体重,BMI,最高,最低,WBC,CRP,喫煙,判定,心電図1,"
    "心電図2,備考,PSA,"
    "視力右,視力左,随時血糖,採血時間";

inline std::string mini_map(std::string_view more = "") {
  std::string out = R"([map]
id = "mini-map"
version = "1"
catalog = "mini"
valid_from = "2020-01-01"
[input]
encoding = "UTF-8"
header_mode = "single"
columns = 23
)";
  out += more;
  out += R"(
[[value_table]]
name = "sex"
entries = [["1", "男性"], ["2", "女性"], ["男", "男性"]]
[[value_table]]
name = "judge"
fold = false
entries = [["A", "異常なし"], ["Ｂ", "軽度異常"]]
[[value_table]]
name = "ecg"
entries = [["LAFB?", "左軸偏位"], ["洞性徐脈", "洞徐脈"]]
)";
  const char* const columns[] = {
      R"x(header = "健診日"; item = "健診日")x",
      R"x(header = "氏名"; item = "氏名")x",
      R"x(header = "カナ"; item = "カナ")x",
      R"x(header = "生年月日"; item = "生年月日")x",
      R"x(header = "性別"; item = "性別"; table = "sex")x",
      R"x(header = "保険者番号"; item = "保険者番号")x",
      R"x(header = "身長"; code = "9N001000000000001")x",
      R"x(header = "体重"; item = "体重"; unit = "kg")x",
      R"x(header = "BMI"; item = "BMI")x",
      R"x(header = "最高"; item = "最高血圧"; unit = "mmHg")x",
      R"x(header = "最低"; item = "最低血圧")x",
      R"x(header = "WBC"; item = "白血球数"; unit = "10*3/uL"; factor = "1000")x",
      R"x(header = "CRP"; item = "CRP")x",
      R"x(header = "喫煙"; item = "喫煙"; codes = true)x",
      R"x(header = "判定"; role = "JUDGEMENT"; item = "判定"; table = "judge")x",
      R"x(header = "心電図1"; item = "心電図(所見)"; table = "ecg"; separators = ["、", "/"])x",
      R"x(header = "心電図2"; item = "心電図(所見)"; table = "ecg")x",
      R"x(header = "備考"; item = "備考")x",
      R"x(header = "PSA"; item = "PSA")x",
      R"x(header = "視力右"; item = "視力右")x",
      R"x(header = "視力左"; item = "視力左")x",
      R"x(header = "随時血糖"; item = "随時血糖")x",
      R"x(header = "採血時間"; item = "採血時間"; codes = true)x"};
  int number = 1;
  for (const char* column : columns) {
    out += "[[column]]\nnumber = " + std::to_string(number++) + "\n";
    for (std::string_view rest = column; !rest.empty();) {
      const std::size_t next = rest.find("; ");
      out += std::string(rest.substr(0, next)) + "\n";
      rest = next == rest.npos ? std::string_view{} : rest.substr(next + 2);
    }
  }
  return out;
}

inline MapFile load_mini_map(const Definition& definition, const std::string& text = mini_map()) {
  auto map = load_map(text, definition, sha256);
  EXPECT_TRUE(map.has_value()) << map.error().to_string();
  return std::move(map).value_or(MapFile{});
}

// A record of the mini layout: names of columns to values; the rest as in a healthy person.
class MiniRecord {
 public:
  MiniRecord() {
    for (std::string_view rest = kMiniHeader; !rest.empty();) {
      const std::size_t comma = rest.find(',');
      names_.emplace_back(rest.substr(0, comma));
      rest = comma == rest.npos ? std::string_view{} : rest.substr(comma + 1);
    }
    set("健診日", "2024/05/01")
        .set("氏名", "見本　太郎")
        .set("生年月日", "1980/02/29")
        .set("性別", "1");
  }
  MiniRecord& set(const std::string& name, const std::string& value) {
    values_[name] = value;
    return *this;
  }
  [[nodiscard]] std::string line() const {
    std::string out;
    for (const std::string& name : names_) {
      const auto found = values_.find(name);
      std::string value = found == values_.end() ? "" : found->second;
      if (value.find_first_of(",\"\n") != value.npos) {
        std::string quoted = "\"";
        for (const char c : value) quoted += c == '"' ? "\"\"" : std::string(1, c);
        value = quoted + "\"";
      }
      out += (out.empty() && name == names_.front() ? "" : ",") + value;
    }
    return out + "\r\n";
  }

 private:
  std::vector<std::string> names_;
  std::map<std::string, std::string> values_;
};

inline std::string mini_file(const std::vector<MiniRecord>& records) {
  std::string out = std::string(kMiniHeader) + "\r\n";
  for (const MiniRecord& record : records) out += record.line();
  return out;
}

// What one conversion of the mini layout came to.
struct MiniResult {
  Converted converted;
  const Definition* definition = nullptr;

  [[nodiscard]] std::vector<std::string> codes() const {
    std::vector<std::string> out;
    for (const Message& message : converted.outcome.report.messages) out.push_back(message.code);
    return out;
  }
  // Standard value (or original) of an item in the n-th delivered record.
  [[nodiscard]] std::string value(const std::string& item, std::size_t record = 0,
                                  bool original = false) const;
};

std::vector<std::vector<std::string>> parse_csv(BytesView text);

inline std::string MiniResult::value(const std::string& item, std::size_t record,
                                     bool original) const {
  const auto rows = parse_csv(converted.output);
  const std::string wanted = original ? item + "_原本" : item;
  for (std::size_t i = 0; !rows.empty() && i < rows[0].size(); ++i) {
    if (rows[0][i] == wanted && record + 1 < rows.size()) return rows[record + 1][i];
  }
  return "(no such cell)";
}

inline Options mini_options() {
  Options options;
  options.conversion_date = Date{20250331};
  options.allow_partial = true;
  return options;
}

inline MiniResult convert_mini(const std::vector<MiniRecord>& records,
                               const Options& options = mini_options(),
                               const std::string& map_text = mini_map()) {
  static const Definition definition = mini_definition();
  const MapFile map = load_mini_map(definition, map_text);
  return {convert_bytes(mini_file(records), map, definition, options, sha256), &definition};
}

}  // namespace sekisho::converter::testing
