#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Sekisho authors
# SPDX-License-Identifier: Apache-2.0
"""Invented health checkup result files, as checkup systems export them, with the conversion that is expected of them."""
import argparse
import csv
import io
import os
import random
import re
import sys
import unicodedata
from datetime import date, timedelta

# ---------------------------------------------------------------- small functions

ND = "\x00ND"      # the examination was not done
UNM = "\x00UNM"    # the examination gave no measurement


def f0(x):
    return str(int(x + 0.5))


def f1(x):
    n = int(x * 10 + 0.5 + 1e-7)
    return "%d.%d" % (n // 10, n % 10)


def f2(x):
    n = int(x * 100 + 0.5 + 1e-7)
    return "%d.%02d" % (n // 100, n % 100)


FW = str.maketrans("0123456789.+-<>", "０１２３４５６７８９．＋－＜＞")


def fw(s):
    return s.translate(FW)


def full_kana(s):
    return unicodedata.normalize("NFKC", s)


def check_digit(body):
    total = 0
    for i, ch in enumerate(body):
        n = int(ch) * (2 if i % 2 == 0 else 1)
        total += n // 10 + n % 10
    return body + str((10 - total % 10) % 10)


ERAS = [("R", "令和", date(2019, 5, 1)), ("H", "平成", date(1989, 1, 8)),
        ("S", "昭和", date(1926, 12, 25)), ("T", "大正", date(1912, 7, 30)),
        ("M", "明治", date(1868, 1, 25))]


def era(d):
    for letter, name, start in ERAS:
        if d >= start:
            return letter, name, d.year - start.year + 1
    raise ValueError(d)


def to_date(s):
    return date(int(s[:4]), int(s[4:6]), int(s[6:8]))


def ibm_table():
    out = {}
    for lead in (0xFA, 0xFB, 0xFC):
        for trail in list(range(0x40, 0x7F)) + list(range(0x80, 0xFD)):
            try:
                ch = bytes((lead, trail)).decode("cp932")
            except UnicodeDecodeError:
                continue
            if ch.encode("cp932")[0] in (0xED, 0xEE):
                out[ch] = bytes((lead, trail))
    return out


IBM = ibm_table()
IBM_RE = re.compile("([%s])" % "".join(re.escape(c) for c in IBM))


def enc932(s):
    """CP932 as Windows writes it: IBM extension bytes (FA-FC) for 髙, 﨑 and their kind."""
    if not IBM_RE.search(s):
        return s.encode("cp932")
    return b"".join(IBM[x] if x in IBM else x.encode("cp932") for x in IBM_RE.split(s))


# ---------------------------------------------------------------- items: key -> name, JLAC10, unit

ITEMS = {
    "org_no": ("健診機関番号", "", ""), "org": ("健診機関名称", "", ""), "exam": ("健診実施年月日", "", ""),
    "name": ("氏名", "", ""), "kana": ("カナ氏名", "", ""), "sex": ("性別", "", ""), "birth": ("生年月日", "", ""),
    "ins": ("保険者番号", "", ""), "sym": ("被保険者証等記号", "", ""), "num": ("被保険者証等番号", "", ""),
    "branch": ("被保険者証等枝番", "", ""), "emp": ("社員番号", "", ""), "post": ("郵便番号", "", ""), "addr": ("住所", "", ""),
    "voucher": ("受診券整理番号", "", ""), "prev_exam": ("前回健診年月日", "", ""),
    "ht": ("身長", "9N001000000000001", "cm"), "wt": ("体重", "9N006000000000001", "kg"),
    "bmi": ("BMI", "9N011000000000001", "kg/m2"), "obes": ("肥満度", "9N026000000000002", "%"),
    "stdwt": ("標準体重", "Z9N06000000000001", "kg"), "fat": ("体脂肪率", "", "%"),
    "waist": ("腹囲(実測)", "9N016160100000001", "cm"), "vfa": ("内臓脂肪面積", "9N021000000000001", "cm2"),
    "sbp": ("収縮期血圧(1回目)", "9A751000000000001", "mm[Hg]"), "dbp": ("拡張期血圧(1回目)", "9A761000000000001", "mm[Hg]"),
    "sbp2": ("収縮期血圧(2回目)", "9A752000000000001", "mm[Hg]"), "dbp2": ("拡張期血圧(2回目)", "9A762000000000001", "mm[Hg]"),
    "sbpm": ("収縮期血圧(その他)", "9A755000000000001", "mm[Hg]"), "dbpm": ("拡張期血圧(その他)", "9A765000000000001", "mm[Hg]"),
    "pulse": ("心拍数", "9N121000000000001", "{h`b}/min"),
    "vr": ("視力(右)", "9E160162100000001", ""), "vl": ("視力(左)", "9E160162200000001", ""),
    "vcr": ("視力(右:矯正)", "9E160162500000001", ""), "vcl": ("視力(左:矯正)", "9E160162600000001", ""),
    "h1r": ("聴力(右:1000Hz)", "9D100163100000011", ""), "h4r": ("聴力(右:4000Hz)", "9D100163200000011", ""),
    "h1l": ("聴力(左:1000Hz)", "9D100163500000011", ""), "h4l": ("聴力(左:4000Hz)", "9D100163600000011", ""),
    "iopr": ("眼圧検査(右)", "9E105162100000001", "mm[Hg]"), "iopl": ("眼圧検査(左)", "9E105162200000001", "mm[Hg]"),
    "us": ("尿糖", "1A020000000190111", ""), "up": ("尿蛋白", "1A010000000190111", ""),
    "ub": ("尿潜血", "1A100000000190111", ""), "usg": ("尿比重", "1A030000000190301", ""),
    "wbc": ("白血球数", "2A010000001930101", "/mm3"), "rbc": ("赤血球数", "2A020000001930101", "10*4/mm3"),
    "hb": ("血色素量(ヘモグロビン値)", "2A030000001930101", "g/dL"), "hct": ("ヘマトクリット値", "2A040000001930102", "%"),
    "plt": ("血小板数", "2A050000001930101", "10*4/mm3"), "mcv": ("MCV", "2A060000001930101", "fl"),
    "mch": ("MCH", "2A070000001930101", "pg"), "mchc": ("MCHC", "2A080000001930101", "%"),
    "neut": ("血液像－好中球(Neutro)", "2A160000001960351", "%"), "eos": ("血液像－好酸球(Eosino)", "2A160000001960354", "%"),
    "baso": ("血液像－好塩基球(Baso)", "2A160000001960355", "%"), "mono": ("血液像－単球(Mono)", "2A160000001960356", "%"),
    "lym": ("血液像－リンパ球(Lympho)", "2A160000001960357", "%"),
    "tc": ("総コレステロール", "3F050000002327101", "mg/dL"), "hdl": ("HDLコレステロール", "3F070000002327101", "mg/dL"),
    "ldl": ("LDLコレステロール", "3F077000002327101", "mg/dL"), "ldlf": ("LDLコレステロール", "3F077000002391901", "mg/dL"),
    "nhdl": ("Non-HDLコレステロール", "3F069000002391901", "mg/dL"),
    "tg": ("空腹時中性脂肪(トリグリセリド)", "3F015000002327101", "mg/dL"),
    "tgr": ("随時中性脂肪(トリグリセリド)", "3F015129902327101", "mg/dL"),
    "ast": ("AST(GOT)", "3B035000002327201", "U/L"), "alt": ("ALT(GPT)", "3B045000002327201", "U/L"),
    "ggt": ("γ-GT(γ-GTP)", "3B090000002327101", "U/L"), "alp": ("ALP", "3B070000002327501", "U/L"),
    "ld": ("LD", "3B050000002327901", "U/L"), "tbil": ("総ビリルビン", "3J010000002327101", "mg/dL"),
    "dbil": ("直接ビリルビン", "3J015000002327101", "mg/dL"), "tp": ("総蛋白", "3A010000002327101", "g/dL"),
    "alb": ("アルブミン", "3A015000002327101", "g/dL"), "ag": ("A/G", "3A016000002327102", ""),
    "che": ("コリンエステラーゼ", "3B110000002399801", "U/L"), "ck": ("CK(CPK)", "3B010000002399801", "U/L"),
    "amy": ("血清アミラーゼ", "3B160000002399801", "U/L"), "lap": ("LAP", "3B135000002399801", "U/L"),
    "bun": ("BUN(尿素窒素)", "3C025000002399801", "mg/dL"), "cr": ("血清クレアチニン", "3C015000002327101", "mg/dL"),
    "egfr": ("eGFR", "8A065000002391901", "mL/min/1.73m2"), "ua": ("血清尿酸", "3C020000002327101", "mg/dL"),
    "na": ("血清ナトリウム", "3H010000002326101", "mEq/L"), "k": ("血清カリウム", "3H015000002326101", "mEq/L"),
    "cl": ("血清クロール", "3H020000002326101", "mEq/L"), "ca": ("血清総カルシウム", "3H030000002327101", "mg/dL"),
    "ip": ("血清無機リン", "3H040000002327101", "mg/dL"), "fe": ("血清鉄", "3I010000002327101", "μg/dL"),
    "ferr": ("血清フェリチン", "5C095000002399901", "ng/mL"),
    "glu": ("空腹時血糖", "3D010000001927201", "mg/dL"), "glur": ("随時血糖", "3D010129901927201", "mg/dL"),
    "a1c": ("HbA1c(NGSP値)", "3D046000001920402", "%"), "crp": ("CRP", "5C070000002306201", "mg/dL"),
    "abo": ("血液型(ABO)", "5H010000001910111", ""), "rh": ("血液型(Rh)", "5H020000001910111", ""),
    "hbs": ("HBs抗原", "5F016141002399811", ""), "hcv": ("HCV抗体", "5F360149502399811", ""),
    "sts": ("梅毒反応", "5E071000002399811", ""), "rf": ("リウマトイド因子定性", "5G160000002311611", ""),
    "cea": ("CEA定量", "5D010000002399801", "ng/mL"), "afp": ("AFP定量", "5D015000002399801", "ng/mL"),
    "ca19": ("CA19-9定量", "5D130000002399801", "U/mL"), "ca125": ("CA125定量", "5D100000002399801", "U/mL"),
    "psa": ("PSA(前立腺特異抗原)定量", "", "ng/mL"), "tsh": ("TSH定量", "4A055000002399801", "μIU/mL"),
    "ft4": ("FT4定量", "4B035000002399801", "ng/dL"), "ft3": ("FT3定量", "4B015000002399801", "pg/mL"),
    "fvc": ("肺機能検査(努力肺活量)", "9C310000000000001", "L"), "fev": ("肺機能検査(1秒量)", "9C320000000000001", "L"),
    "fevr": ("肺機能検査(1秒率)", "9C330000000000002", "%"), "pvc": ("肺機能検査(%VC)", "9C380000000000002", "%"),
    "bmd": ("骨塩定量(DXA/DEX法)対YAM%", "9Z5070000Z9225002", "%"),
    "fob1": ("便潜血(1日目)", "1B030000001599811", ""), "fob2": ("便潜血(2日目)", "1B030000001599811", ""),
    "kwr": ("眼底検査(キースワグナー分類)(右)", "9E100166000000011", ""), "kwl": ("眼底検査(キースワグナー分類)(左)", "9E100166000000011", ""),
    "shh": ("眼底検査(シェイエ分類:H)", "9E100166100000011", ""), "shs": ("眼底検査(シェイエ分類:S)", "9E100166200000011", ""),
    "ecg_p": ("心電図(所見の有無)", "9A110160700000011", ""), "ecg": ("心電図(所見)", "9A110160800000049", ""),
    "cxr_p": ("胸部Ｘ線検査(一般:直接撮影)(所見の有無)", "9N206160700000011", ""), "cxr": ("胸部Ｘ線検査(一般:直接撮影)(所見)", "9N206160800000049", ""),
    "ugi_p": ("上部消化管Ｘ線(直接撮影)(所見の有無)", "9N256160700000011", ""), "ugi": ("上部消化管Ｘ線(直接撮影)(所見)", "9N256160800000049", ""),
    "abd_p": ("腹部超音波(所見の有無)", "9F130160700000011", ""), "abd": ("腹部超音波(所見)", "9F130160800000049", ""),
    "abd_liver": ("腹部超音波(所見)(肝臓)", "9F130160800000049", ""), "abd_gb": ("腹部超音波(所見)(胆のう)", "9F130160800000049", ""),
    "abd_panc": ("腹部超音波(所見)(膵臓)", "9F130160800000049", ""), "abd_kid": ("腹部超音波(所見)(腎臓)", "9F130160800000049", ""),
    "abd_spl": ("腹部超音波(所見)(脾臓)", "9F130160800000049", ""), "abd_oth": ("腹部超音波(所見)(その他)", "9F130160800000049", ""),
    "abd_aor": ("腹部超音波(所見)(大動脈)", "9F130160800000049", ""),
    "fund_r": ("眼底検査(その他の所見)(右)", "9E100160900000049", ""), "fund_l": ("眼底検査(その他の所見)(左)", "9E100160900000049", ""),
    "bus_r": ("乳房超音波検査(所見)(右)", "9F140160800000049", ""), "bus_l": ("乳房超音波検査(所見)(左)", "9F140160800000049", ""),
    "mmg_r": ("乳房画像診断(マンモグラフィー)(所見)(右)", "9N281160800000049", ""), "mmg_l": ("乳房画像診断(マンモグラフィー)(所見)(左)", "9N281160800000049", ""),
    "gyn": ("婦人科診察(所見)", "9N271160800000049", ""),
    "cyt_n": ("子宮頸部細胞診 (細胞診婦人科材料)(日母分類)", "7A021165008543311", ""),
    "cyt_b": ("子宮頸部細胞診 (細胞診婦人科材料)(ベセスダシステム2001)", "7A021165208543311", ""),
    "hist_p": ("既往歴", "9N056000000000011", ""), "hist": ("具体的な既往歴", "9N056160400000049", ""),
    "subj_p": ("自覚症状", "9N061000000000011", ""), "subj": ("自覚症状(所見)", "9N061160800000049", ""),
    "obj_p": ("他覚症状", "9N066000000000011", ""), "obj": ("他覚症状(所見)", "9N066160800000049", ""),
    "work": ("業務歴", "9N051000000000049", ""), "stime": ("採血時間(食後)", "9N141000000000011", ""),
    "metabo": ("メタボリックシンドローム判定", "9N501000000000011", ""), "level": ("保健指導レベル", "9N506000000000011", ""),
    "comment": ("医師の診断(判定)", "9N511000000000049", ""), "doctor": ("健康診断を実施した医師の氏名", "9N516000000000049", ""),
    "note": ("備考", "9N551000000000049", ""),
}
JUDGED = {"body": "身体計測", "bp": "血圧", "eye": "視力", "ear": "聴力", "iop": "眼圧", "urine": "尿検査", "cbc": "血液一般",
          "diff": "血液像", "lipid": "脂質", "liver": "肝機能", "kidney": "腎機能", "ua": "尿酸", "elec": "電解質", "glu": "糖代謝",
          "infl": "炎症", "infect": "感染症", "tumor": "腫瘍マーカー", "thyr": "甲状腺", "lung": "肺機能", "bone": "骨密度", "fob": "便潜血",
          "fund": "眼底", "ecg": "心電図", "cxr": "胸部X線", "ugi": "上部消化管", "abd": "腹部超音波", "breast": "乳房", "gyn": "婦人科", "all": "総合"}
for _k, _n in JUDGED.items():
    ITEMS["j_" + _k] = ("総合判定" if _k == "all" else "判定(%s)" % _n, "", "")

YN = ["はい", "いいえ"]
SMOKE = ["はい", "以前は吸っていたが、最近1ヶ月間は吸っていない", "いいえ"]
DRINK = ["毎日", "週5～6日", "週3～4日", "週1～2日", "月に1～3日", "月に1日未満", "やめた", "飲まない(飲めない)"]
AMOUNT = ["1合未満", "1～2合未満", "2～3合未満", "3～5合未満", "5合以上"]
DRINK3 = ["毎日", "時々", "ほとんど飲まない"]
AMOUNT3 = ["1合未満", "1～2合未満", "2～3合未満", "3合以上"]
QUESTIONS = [
    ("服薬1(血圧)", "9N701", YN), ("服薬2(血糖)", "9N706", YN), ("服薬3(脂質)", "9N711", YN), ("既往歴1(脳血管)", "9N716", YN),
    ("既往歴2(心血管)", "9N721", YN), ("既往歴3(腎不全･人工透析)", "9N726", YN), ("貧血", "9N731", YN), ("喫煙", "9N736", SMOKE),
    ("20歳からの体重変化", "9N741", YN), ("30分以上の運動習慣", "9N746", YN), ("歩行又は身体活動", "9N751", YN), ("歩行速度", "9N756", YN),
    ("咀嚼", "9N872", ["何でも", "かみにくい", "ほとんどかめない"]), ("食べ方1(早食い等)", "9N766", ["速い", "ふつう", "遅い"]),
    ("食べ方2(就寝前)", "9N771", YN), ("食べ方3(間食)", "9N782", ["毎日", "時々", "ほとんど摂取しない"]), ("食習慣", "9N781", YN),
    ("飲酒", "9N786", DRINK), ("飲酒量", "9N791", AMOUNT), ("睡眠", "9N796", YN),
    ("生活習慣の改善", "9N801", ["意志なし", "意志あり(6か月以内)", "意志あり(近いうち)", "取組済み(6ヶ月未満)", "取組済み(6ヶ月以上)"]),
    ("特定保健指導の受診歴", "9N808", YN)]
for _i, (_n, _c, _l) in enumerate(QUESTIONS, 1):
    ITEMS["q%d" % _i] = (_n, _c + "000000000011", "")
Q_LISTS = {"q%d" % i: q[2] for i, q in enumerate(QUESTIONS, 1)}

# finding terms: test -> standard term -> spellings met in files (first = most usual)
TERMS = {
    "ecg": {"完全右脚ブロック": ["完全右脚ﾌﾞﾛｯｸ", "完全右脚ブロック"], "不完全右脚ブロック": ["不完全右脚ﾌﾞﾛｯｸ"], "洞徐脈": ["洞徐脈", "洞性徐脈"],
            "左室肥大の疑い": ["左室肥大の疑い", "左室肥大(疑)"], "ST-T異常": ["ST-T異常", "ＳＴ－Ｔ異常"], "時計回転": ["時計回転", "時計方向回転"],
            "反時計回転": ["反時計回転"], "心室期外収縮": ["心室期外収縮", "心室性期外収縮"], "上室期外収縮": ["上室期外収縮", "上室性期外収縮"],
            "房室ブロックⅠ度": ["房室ﾌﾞﾛｯｸⅠ度", "1度房室ブロック"], "左軸偏位": ["左軸偏位"], "QT延長": ["QT延長", "ＱＴ延長"], "心房細動": ["心房細動"]},
    "cxr": {"胸膜肥厚": ["胸膜肥厚", "胸膜の肥厚"], "陳旧性病変": ["陳旧性病変", "陳旧性陰影"], "心陰影拡大": ["心陰影拡大", "心拡大"], "結節影": ["結節影"],
            "石灰化影": ["石灰化影", "石灰化陰影"], "側弯": ["側弯", "脊椎側弯"], "肺野線状影": ["肺野線状影", "線状影"]},
    "ugi": {"慢性胃炎": ["慢性胃炎"], "胃ポリープ": ["胃ﾎﾟﾘｰﾌﾟ", "胃ポリープ"], "萎縮性胃炎": ["萎縮性胃炎"], "十二指腸潰瘍瘢痕": ["十二指腸潰瘍瘢痕"],
            "逆流性食道炎": ["逆流性食道炎"], "食道裂孔ヘルニア": ["食道裂孔ﾍﾙﾆｱ", "食道裂孔ヘルニア"]},
    "abd_liver": {"脂肪肝": ["脂肪肝", "脂肪肝(軽度)"], "肝嚢胞": ["肝嚢胞", "肝のう胞"], "肝血管腫": ["肝血管腫"]},
    "abd_gb": {"胆嚢ポリープ": ["胆嚢ﾎﾟﾘｰﾌﾟ", "胆のうポリープ"], "胆石": ["胆石", "胆のう結石"], "胆嚢腺筋腫症": ["胆嚢腺筋腫症"]},
    "abd_panc": {"膵管拡張": ["膵管拡張"], "描出不良": ["描出不良"]},
    "abd_kid": {"腎嚢胞": ["腎嚢胞", "腎のう胞"], "腎結石": ["腎結石"]},
    "abd_spl": {"副脾": ["副脾"]}, "abd_oth": {"前立腺肥大": ["前立腺肥大"]}, "abd_aor": {"大動脈石灰化": ["大動脈石灰化"]},
    "fund_r": {"網膜動脈硬化": ["網膜動脈硬化", "動脈硬化性変化"], "白内障の疑い": ["白内障の疑い", "白内障(疑)"], "視神経乳頭陥凹拡大": ["視神経乳頭陥凹拡大", "乳頭陥凹拡大"]},
    "bus_r": {"乳腺嚢胞": ["乳腺嚢胞", "のう胞"], "線維腺腫の疑い": ["線維腺腫の疑い"]},
    "mmg_r": {"石灰化": ["石灰化"], "局所的非対称性陰影": ["局所的非対称性陰影", "FAD"]},
    "gyn": {"子宮筋腫": ["子宮筋腫"], "びらん": ["びらん"]},
    "hist": {"高血圧": ["高血圧", "高血圧症"], "糖尿病": ["糖尿病", "DM"], "高脂質血症": ["高脂血症", "脂質異常症"], "胃・十二指腸潰瘍": ["胃・十二指腸潰瘍", "胃十二指腸潰瘍"],
             "高尿酸血症": ["高尿酸血症", "痛風"], "不整脈": ["不整脈"], "骨粗鬆症": ["骨粗鬆症", "骨粗しょう症"], "肝臓病": ["肝臓病"]},
    "subj": {"肩こり・腰痛": ["肩こり・腰痛"], "頭痛・耳鳴り": ["頭痛・耳鳴り"], "不眠": ["不眠"], "便秘": ["便秘"], "息切れ": ["息切れ"], "目眩・立眩み": ["目眩・立眩み", "めまい・立ちくらみ"]},
    "obj": {"不整脈あり": ["不整脈あり"], "浮腫：下腿（＋）": ["下腿浮腫", "浮腫：下腿（＋）"], "心音不純": ["心音不純"]},
}
TERMS["fund_l"] = TERMS["fund_r"]
TERMS["bus_l"] = TERMS["bus_r"]
TERMS["mmg_l"] = TERMS["mmg_r"]
ABD = ["abd_liver", "abd_gb", "abd_panc", "abd_kid", "abd_spl", "abd_oth", "abd_aor"]
PRESENCE = {"ecg": "ecg_p", "cxr": "cxr_p", "ugi": "ugi_p", "hist": "hist_p", "subj": "subj_p", "obj": "obj_p"}
NO_FIND = ["異常なし", "所見なし", "特になし"]

# qualitative results: standard term -> spellings
QUAL = {"－": ["(-)", "－", "-", "陰性", "（－）"], "±": ["(±)", "±", "+-", "＋－"], "＋": ["(+)", "1+", "＋", "(1+)", "（＋）"],
        "＋＋": ["(2+)", "2+", "++", "＋＋"], "＋＋＋": ["(3+)", "3+", "+++", "4+"]}
POSNEG = {"陰性": ["(-)", "陰性", "－"], "陽性": ["(+)", "陽性", "＋"]}
ND_WORDS = ["未実施", "未受診", "実施せず", "ｷｬﾝｾﾙ", "中止", "拒否", "対象外"]
UNM_WORDS = ["測定不能", "検体不良", "採血不可", "測定不可", "判定不能"]

SURNAMES = [("見本", "ﾐﾎﾝ"), ("試験", "ｼｹﾝ"), ("例示", "ﾚｲｼﾞ"), ("仮名", "ｶﾒｲ"), ("雛形", "ﾋﾅｶﾞﾀ"), ("模擬", "ﾓｷﾞ"), ("架空", "ｶｸｳ"),
            ("髙見本", "ﾀｶﾐﾎﾝ"), ("見本﨑", "ﾐﾎﾝｻﾞｷ"), ("十見本", "ﾄﾐﾎﾝ"), ("能見本", "ﾉﾐﾎﾝ"), ("表見本", "ｵﾓﾃﾐﾎﾝ"), ("標本", "ﾋｮｳﾎﾝ"),
            ("練習", "ﾚﾝｼｭｳ"), ("検証", "ｹﾝｼｮｳ"), ("演習", "ｴﾝｼｭｳ"), ("某山", "ﾎﾞｳﾔﾏ"), ("曾見本", "ｿﾐﾎﾝ"), ("仮置", "ｶﾘｵｷ"), ("無名", "ﾑﾒｲ")]
GIVEN_M = [("太郎", "ﾀﾛｳ"), ("一郎", "ｲﾁﾛｳ"), ("次郎", "ｼﾞﾛｳ"), ("健一", "ｹﾝｲﾁ"), ("能成", "ﾖｼﾅﾘ"), ("十三", "ｼﾞｭｳｿﾞｳ"), ("禄郎", "ﾛｸﾛｳ"), ("予志雄", "ﾖｼｵ"),
           ("三郎", "ｻﾌﾞﾛｳ"), ("ペドロ", "ﾍﾟﾄﾞﾛ"), ("暴風", "ﾊﾔﾃ"), ("進", "ｽｽﾑ")]
GIVEN_F = [("花子", "ﾊﾅｺ"), ("圭子", "ｹｲｺ"), ("ソノ", "ｿﾉ"), ("能子", "ﾖｼｺ"), ("十和子", "ﾄﾜｺ"), ("美保", "ﾐﾎ"), ("さくら", "ｻｸﾗ"), ("良子", "ﾘｮｳｺ"),
           ("予里", "ﾕﾘ"), ("幸", "ｻﾁ"), ("アンジェラ", "ｱﾝｼﾞｪﾗ"), ("申子", "ｻﾙｺ")]
ADDRESSES = ["見本県例示市仮名町%d番地", "見本県十表市能見町%d丁目ソ号", "例示県表予市申構%d―%d", "見本県雛形郡模擬村大字架空%d", "例示県見本市試験%d－%d 見本ﾊｲﾂ%d号"]
INSURERS = [("組", check_digit("0699001")), ("組", check_digit("0699002")), ("協", check_digit("0199001")), ("共", check_digit("3199001")),
            ("国", check_digit("99001")), ("国", check_digit("99002"))]
ELDERLY = ("後", check_digit("3999101"))
CENTRES = {"regional": (check_digit("991000001"), "見本地域健診センター"), "hospital": (check_digit("991000002"), "例示総合病院健康管理科"),
           "clinic": (check_digit("991000003"), "雛形内科クリニック"), "city": (check_digit("991000004"), "模擬市民診療所"),
           "jma": (check_digit("991000005"), "架空町医師会検査センター"), "paper": (check_digit("991000006"), "標本予防医学表記室")}

BOUNDARY_BIRTHS = ["19890107", "19890108", "19261224", "19261225", "19760229", "19800229", "19891231", "19450815", "19640229", "19260701"]

# ---------------------------------------------------------------- one invented person


def person(rng, centre, index, fy=2024, exam=None, boundary=True):
    p = {}
    sex = 1 if rng.random() < 0.54 else 2
    p["sexn"] = sex
    if exam is None:
        d = date(fy, 5, 7) + timedelta(days=rng.randrange(190))
        while d.weekday() == 6:
            d += timedelta(days=1)
        exam = d.strftime("%Y%m%d")
    p["exam"] = exam
    if boundary and index % 4 == 1:
        p["birth"] = BOUNDARY_BIRTHS[(index // 4) % len(BOUNDARY_BIRTHS)]
    else:
        p["birth"] = (date(fy - rng.randrange(31, 75), 1, 1) + timedelta(days=rng.randrange(365))).strftime("%Y%m%d")
    age = age_at(p["birth"], exam)
    p["age"] = age
    # the first forty persons of a file walk through all surnames, so that every special character occurs
    sn = SURNAMES[index % len(SURNAMES)] if index < 40 else rng.choice(SURNAMES)
    gn = rng.choice(GIVEN_M if sex == 1 else GIVEN_F)
    p["sn"], p["gn"] = sn, gn
    p["name"] = sn[0] + "　" + gn[0]
    p["kana"] = full_kana(sn[1]) + "　" + full_kana(gn[1])
    p["kana_half"] = sn[1] + " " + gn[1]
    p["sex"] = "男性" if sex == 1 else "女性"
    kind, ins = ELDERLY if age >= 75 else INSURERS[rng.randrange(len(INSURERS))]
    p["ins"] = ins
    p["sym"] = {"組": str(rng.randrange(100, 999)), "協": str(rng.randrange(10000000, 99999999)), "共": "公", "国": "見%02d" % rng.randrange(1, 60), "後": ""}[kind]
    p["num"] = str(rng.randrange(10000000, 99999999)) if kind == "後" else str(rng.randrange(1, 999999))
    p["branch"] = "" if kind == "後" else "%02d" % rng.choice([0, 0, 0, 1, 2])
    p["emp"] = "E%06d" % (100000 + index)
    p["post"] = "000-%04d" % rng.randrange(1, 9999)
    a = rng.choice(ADDRESSES)
    p["addr"] = a % tuple(rng.randrange(1, 30) for _ in range(a.count("%d")))
    p["voucher"] = "24%09d" % (index + 1)
    p["org_no"], p["org"] = centre
    p["prev_exam"] = ["20190430", "20190501", "20230612", "20221108", "19890107"][index % 5] if index % 3 == 0 else "%d0%d15" % (fy - 1, rng.randrange(5, 10))

    g = rng.gauss
    bmi = min(38.0, max(16.5, g(23.6 if sex == 1 else 22.2, 3.2)))
    h = (g(170.5, 5.6) - max(0, age - 45) * 0.12) if sex == 1 else (g(157.8, 5.2) - max(0, age - 45) * 0.12)
    h = min(192.0, max(141.0, h))
    p["ht"] = f1(h)
    h = float(p["ht"])
    p["wt"] = f1(bmi * h * h / 10000.0)
    z = (bmi - 22.5) / 3.4
    drink = max(0.0, g(0.6 if sex == 1 else 0.1, 0.8))
    p["waist"] = f1(min(125.0, max(58.0, (41 if sex == 1 else 39) + 1.88 * bmi + g(0, 2.4))))
    p["fat"] = f1(max(6.0, (4 if sex == 1 else 12) + 0.85 * bmi + g(0, 2)))
    p["vfa"] = f1(max(12.0, 60 + 27 * z + g(0, 10)))
    meds = [rng.random() < q for q in (0.04 + max(0, age - 45) * 0.008, 0.02 + max(0, age - 50) * 0.003, 0.03 + max(0, age - 50) * 0.006)]
    s = min(178, max(92, 110 + (age - 40) * 0.45 + 4.5 * z + g(0, 10)))
    dia = min(108, max(52, s * 0.6 + g(0, 5)))
    p["sbp"], p["dbp"] = f0(s), f0(dia)
    p["sbp2"], p["dbp2"] = f0(s - rng.randrange(0, 6)), f0(dia - rng.randrange(0, 4))
    p["pulse"] = f0(min(104, max(46, g(68, 9))))
    corrected = rng.random() < 0.55
    vis = ["0.1", "0.2", "0.3", "0.5", "0.7", "0.8", "1.0", "1.2", "1.5", "0.06"]
    p["vr"], p["vl"] = (rng.choice(vis[:4] + vis[9:]), rng.choice(vis[:4])) if corrected else (rng.choice(vis[4:9]), rng.choice(vis[4:9]))
    p["vcr"], p["vcl"] = (rng.choice(vis[5:9]), rng.choice(vis[5:9])) if corrected else ("", "")
    loss = rng.random() < max(0.03, (age - 50) * 0.02)
    for k in ("h1r", "h1l"):
        p[k] = "所見なし"
    p["h4r"] = p["h4l"] = "所見あり" if loss else "所見なし"
    p["iopr"], p["iopl"] = f0(min(20, max(9, g(14, 2)))), f0(min(20, max(9, g(14, 2))))
    tg = min(388.0, max(32.0, 2.718281828 ** (4.45 + 0.26 * z + 0.06 * drink + g(0, 0.3))))
    hdl = min(108.0, max(30.0, (57 if sex == 1 else 68) - 5.5 * z + 2 * drink + g(0, 9)))
    ldl = min(235.0, max(48.0, 116 + 5 * z + (age - 45) * 0.25 + g(0, 23)))
    p["tg"], p["hdl"], p["ldl"] = f0(tg), f0(hdl), f0(ldl)
    glu = min(290.0, max(70.0, 92 + 3.4 * z + (age - 45) * 0.16 + g(0, 6) + (28 + abs(g(0, 18)) if meds[1] else 0)))
    p["glu"] = f0(glu)
    p["a1c"] = f1(min(12.0, max(4.6, 5.45 + (glu - 94) * 0.022 + g(0, 0.13))))
    p["ast"] = f0(max(11, 20 + 2.2 * z + 4 * drink + abs(g(0, 4))))
    p["alt"] = f0(max(7, 18 + 6.5 * z + abs(g(0, 6))))
    p["ggt"] = f0(max(9, (24 if sex == 1 else 15) + 24 * drink + 6 * z + abs(g(0, 8))))
    p["alp"], p["ld"] = f0(min(112, max(39, g(68, 14)))), f0(min(238, max(126, g(176, 20))))
    tb = max(0.3, g(0.75, 0.22))
    p["tbil"], p["dbil"] = f1(tb), f1(max(0.1, tb * 0.22))
    tp, alb = round(g(7.2, 0.3), 1), round(g(4.4, 0.2), 1)
    p["tp"], p["alb"] = f1(tp), f1(alb)
    p["ag"] = f2(float(p["alb"]) / (float(p["tp"]) - float(p["alb"])))
    p["che"], p["ck"] = f0(max(190, g(330, 50))), f0(max(35, g(110 if sex == 1 else 85, 30)))
    p["amy"], p["lap"] = f0(max(36, g(75, 16))), f0(max(30, g(55, 9)))
    cr = max(0.38, g(0.86 if sex == 1 else 0.65, 0.1) + max(0, age - 60) * 0.003)
    p["cr"], p["bun"] = f2(cr), f1(max(6.0, g(14, 2.8) + max(0, age - 60) * 0.08))
    p["ua"] = f1(min(10.4, max(2.0, g(6.0 if sex == 1 else 4.6, 0.9) + 0.25 * z)))
    p["na"], p["k"], p["cl"] = f0(g(141, 1.5)), f1(min(5.2, max(3.4, g(4.2, 0.28)))), f0(g(104, 1.6))
    p["ca"], p["ip"], p["fe"] = f1(g(9.3, 0.25)), f1(g(3.4, 0.35)), f0(max(32, g(105, 30)))
    p["ferr"] = f1(max(8, g(120 if sex == 1 else 48, 30)))
    hb = min(17.9, max(10.6, g(15.1 if sex == 1 else 13.1, 0.9)))
    blood(p, hb, min(101, max(79, g(91, 3.6))), min(35.2, max(31.6, g(33.4, 0.55))))
    p["wbc"] = str(10 * int(min(10800, max(3000, g(5700, 1250))) / 10))
    p["plt"] = f0(min(42, max(13, g(24, 4.6))))
    eos, baso, mono = abs(g(2.6, 1.4)), abs(g(0.5, 0.2)), max(2.0, g(5.6, 1.2))
    lym = min(48.0, max(18.0, g(32, 6)))
    t = [int(x * 10 + 0.5) for x in (lym, mono, eos, baso)]
    p["lym"], p["mono"], p["eos"], p["baso"] = (f1(x / 10.0) for x in t)
    p["neut"] = f1((1000 - sum(t)) / 10.0)
    crp = abs(g(0.0, 0.12))
    p["crp"] = f1(crp) if crp >= 0.1 else "0.1未満"
    p["abo"], p["rh"] = rng.choice(["A", "A", "B", "O", "O", "AB"]), "＋" if rng.random() < 0.99 else "－"
    p["hbs"] = p["hcv"] = p["sts"] = "陰性"
    p["rf"] = "陽性" if rng.random() < 0.04 else "陰性"
    p["cea"] = f1(max(0.5, g(1.9, 0.7)))
    p["afp"], p["ca19"] = f1(max(0.9, g(3.0, 1.0))), f1(max(2.0, g(9, 5)))
    p["ca125"] = f1(max(3.0, g(11, 4))) if sex == 2 else ""
    p["psa"] = f1(max(0.2, g(1.1, 0.6))) if sex == 1 and age >= 50 else ""
    p["tsh"], p["ft4"], p["ft3"] = f2(max(0.3, g(1.8, 0.7))), f2(g(1.25, 0.12)), f2(g(3.1, 0.25))
    fvc = (0.0414 * h - 0.0244 * age - 2.19) if sex == 1 else (0.0318 * h - 0.0220 * age - 1.18)
    fvc = max(1.4, fvc + g(0, 0.3))
    fv = int(fvc * 10)
    fe = int(fv * min(0.9, max(0.62, g(0.8, 0.05))))
    p["fvc"], p["fev"] = f1(fv / 10.0), f1(fe / 10.0)
    p["fevr"], p["pvc"] = f1(fe * 100.0 / fv), f1(min(130, max(72, g(101, 10))))
    p["bmd"] = f1(min(120, max(58, 108 - max(0, age - 40) * 0.6 + g(0, 8))))
    dm = glu >= 160
    p["us"] = rng.choice(["＋", "＋＋", "＋＋＋"]) if dm else ("±" if rng.random() < 0.04 else "－")
    x = rng.random()
    p["up"] = "－" if x < 0.86 else "±" if x < 0.95 else "＋" if x < 0.985 else "＋＋"
    x = rng.random()
    p["ub"] = "－" if x < 0.82 else "±" if x < 0.91 else "＋" if x < 0.96 else "＋＋"
    p["usg"] = "1.%03d" % min(32, max(4, int(g(17, 6))))
    p["fob1"] = "陽性" if rng.random() < 0.05 else "陰性"
    p["fob2"] = "陽性" if rng.random() < 0.04 else "陰性"
    k = rng.random() < max(0.03, (s - 120) * 0.008)
    p["kwr"] = p["kwl"] = "Ⅰ" if k else "0"
    p["shh"], p["shs"] = ("1", "1") if k else ("0", "0")
    for t, q in (("ecg", 0.3), ("cxr", 0.18), ("ugi", 0.25), ("abd_liver", 0.16 + 0.2 * max(0, z)), ("abd_gb", 0.18), ("abd_panc", 0.04), ("abd_kid", 0.16),
                 ("abd_spl", 0.03), ("abd_oth", 0.05 if sex == 1 else 0.0), ("abd_aor", 0.04), ("fund_r", 0.14), ("fund_l", 0.1), ("hist", 0.2 + (age - 40) * 0.006),
                 ("subj", 0.2), ("obj", 0.06)):
        p[t] = finding(rng, t, q)
    if sex == 2:
        for t, q in (("bus_r", 0.2), ("bus_l", 0.2), ("mmg_r", 0.15), ("mmg_l", 0.15), ("gyn", 0.2)):
            p[t] = finding(rng, t, q)
        p["cyt_b"] = "NILM" if rng.random() < 0.95 else "ASC-US"
        p["cyt_n"] = "classI" if p["cyt_b"] == "NILM" else "classⅢa"
    p["work"] = rng.choice(["事務", "営業", "製造", "運転業務", "ソフトウェア開発", "表計算入力", "予防保全"])
    p["stime"] = "食後10時間以上"
    p["_meds"], p["_drink"] = meds, drink
    ans = [YN[0] if m else YN[1] for m in meds]
    ans += [YN[0] if rng.random() < q else YN[1] for q in (0.03, 0.03, 0.01, 0.08 if sex == 2 else 0.03)]
    x = rng.random()
    ans.append(SMOKE[0] if x < (0.27 if sex == 1 else 0.09) else SMOKE[1] if x < 0.4 else SMOKE[2])
    ans += [YN[0] if rng.random() < q else YN[1] for q in (min(0.9, max(0.05, 0.3 + 0.25 * z)), 0.25, 0.38, 0.46)]
    ans.append(rng.choice([QUESTIONS[12][2][0]] * 5 + QUESTIONS[12][2][1:]))
    ans += [rng.choice(QUESTIONS[13][2]), YN[0] if rng.random() < 0.3 else YN[1], rng.choice(QUESTIONS[15][2]), YN[0] if rng.random() < 0.2 else YN[1]]
    dk = rng.choice(DRINK[:4]) if drink > 0.8 else rng.choice(DRINK[3:6]) if drink > 0.2 else rng.choice(DRINK[6:])
    ans += [dk, "" if dk in DRINK[6:] else AMOUNT[min(4, int(drink * 1.6))], YN[0] if rng.random() < 0.65 else YN[1]]
    ans += [rng.choice(QUESTIONS[20][2]), YN[0] if rng.random() < 0.2 else YN[1]]
    for i, a in enumerate(ans, 1):
        p["q%d" % i] = a
    p["doctor"] = rng.choice(["見本　医師一", "例示　医師二", "能見　医師三"])
    p["note"] = ""
    derive(p)
    return p


def age_at(b, d):
    b, d = to_date(b), to_date(d)
    return d.year - b.year - ((d.month, d.day) < (b.month, b.day))


def finding(rng, test, q):
    if rng.random() >= q:
        return ""
    terms = list(TERMS[test])
    n = 2 if len(terms) > 2 and rng.random() < 0.3 else 1
    return "、".join(rng.sample(terms, n))


def blood(p, hb, mcv=91.0, mchc=33.4):
    p["hb"] = f1(hb)
    p["hct"] = f1(float(p["hb"]) * 100 / mchc)
    p["rbc"] = f0(float(p["hct"]) * 1000 / mcv)
    h, t, r = float(p["hb"]), float(p["hct"]), float(p["rbc"])
    p["mcv"], p["mch"], p["mchc"] = f1(t * 1000 / r), f1(h * 1000 / r), f1(h * 100 / t)


def derive(p):
    """Everything that follows from the measured values; called again after a value was changed."""
    h, w = float(p["ht"]), float(p["wt"])
    p["bmi"] = f1(w * 10000 / (h * h))
    sw = 22 * h * h / 10000
    p["stdwt"] = f1(sw)
    ob = (w - sw) * 100 / sw
    p["obes"] = ("-" if ob <= -0.05 else "") + f1(abs(ob))
    tg, hdl, ldl = int(p["tg"]), int(p["hdl"]), int(p["ldl"])
    tc = int(ldl + hdl + tg / 5.0 + 0.5)
    p["tc"], p["nhdl"] = str(tc), str(tc - hdl)
    p["ldlf"] = f0(tc - hdl - tg / 5.0) if tg < 400 else ""
    p["sbpm"], p["dbpm"] = f0((int(p["sbp"]) + int(p["sbp2"])) / 2.0), f0((int(p["dbp"]) + int(p["dbp2"])) / 2.0)
    age, male = age_at(p["birth"], p["exam"]), p["sexn"] == 1
    p["age"] = age
    eg = 194 * float(p["cr"]) ** -1.094 * age ** -0.287 * (1 if male else 0.739)
    p["egfr"] = f1(eg)
    abd = [p[k] for k in ABD if p.get(k)]
    p["abd"] = "、".join(abd)
    for t, q in PRESENCE.items():
        if t in ("hist", "subj", "obj"):
            p[q] = "特記すべきことあり" if p.get(t) else "特記すべきことなし"
        else:
            p[q] = "所見あり" if p.get(t) else "所見なし"
    p["abd_p"] = "所見あり" if abd else "所見なし"
    wv, bm, sb, db, gl, a1 = float(p["waist"]), float(p["bmi"]), int(p["sbp"]), int(p["dbp"]), int(p["glu"]), float(p["a1c"])
    m = [p["q1"] == "はい", p["q2"] == "はい", p["q3"] == "はい"]
    big = wv >= (85 if male else 90)
    n = (tg >= 150 or hdl < 40 or m[2]) + (sb >= 130 or db >= 85 or m[0]) + (gl >= 110 or m[1])
    p["metabo"] = "非該当" if not big or n == 0 else "予備群該当" if n == 1 else "基準該当"
    risk = (gl >= 100 or a1 >= 5.6) + (tg >= 150 or hdl < 40) + (sb >= 130 or db >= 85)
    if risk and p["q8"] == "はい":
        risk += 1
    e = to_date(p["exam"])
    fy_end = date(e.year + (1 if e.month >= 4 else 0), 3, 31)
    fage = age_at(p["birth"], fy_end.strftime("%Y%m%d"))
    step = 0
    if big:
        step = 2 if risk >= 2 else 1 if risk else 0
    elif bm >= 25:
        step = 2 if risk >= 3 else 1 if risk else 0
    if fage >= 65 and step == 2:
        step = 1
    if any(m) or fage < 40 or fage >= 75:
        step = 0
    p["level"] = ["なし(情報提供)", "動機付け支援", "積極的支援"][step]
    j = {}
    j["body"] = 0 if 18.5 <= bm < 25 and not big else 1 if bm < 27 else 2
    j["bp"] = 4 if m[0] else 0 if sb < 130 and db < 85 else 1 if sb < 140 and db < 90 else 2 if sb < 160 and db < 100 else 3
    j["eye"] = 0 if min(float(p["vcr"] or p["vr"]), float(p["vcl"] or p["vl"])) >= 0.7 else 2
    j["ear"] = 0 if p["h4r"] == "所見なし" else 1
    j["iop"], j["diff"], j["elec"], j["infl"], j["infect"], j["tumor"], j["thyr"] = 0, 0, 0, 0, 0, 0, 0
    j["urine"] = 0 if (p["us"], p["up"]) == ("－", "－") else 1 if p["up"] == "±" else 2
    j["cbc"] = 0 if float(p["hb"]) > (13.0 if male else 12.0) else 2 if float(p["hb"]) > (12.0 if male else 11.0) else 3
    j["lipid"] = 4 if m[2] else 0 if ldl < 120 and tg < 150 and hdl >= 40 else 1 if ldl < 140 and tg < 300 else 2 if ldl < 180 else 3
    j["liver"] = 0 if int(p["ast"]) < 31 and int(p["alt"]) < 31 and int(p["ggt"]) < 51 else 1 if int(p["alt"]) < 41 and int(p["ggt"]) < 81 else 2 if int(p["alt"]) < 51 else 3
    j["kidney"] = 0 if eg >= 60 else 1 if eg >= 50 else 2 if eg >= 45 else 3
    j["ua"] = 0 if float(p["ua"]) <= 7.0 else 1 if float(p["ua"]) < 8.0 else 2
    j["glu"] = 4 if m[1] else 0 if gl < 100 and a1 < 5.6 else 1 if gl < 110 and a1 < 6.0 else 2 if gl < 126 and a1 < 6.5 else 3
    for k, src, limit in (("lung", "fevr", 70), ("bone", "bmd", 80)):
        p.pop("j_" + k, None)
        if p[src][0] != "\x00":
            j[k] = 0 if float(p[src]) >= limit else 2
    if p["iopr"][0] == "\x00":
        j.pop("iop")
        p.pop("j_iop", None)
    j["fob"] = 3 if "陽性" in (p["fob1"], p["fob2"]) else 0
    j["fund"] = 0 if p["kwr"] == "0" else 1
    for t in ("ecg", "cxr", "ugi"):
        j[t] = 1 if p.get(t) else 0
    j["abd"] = 1 if abd else 0
    if not male:
        j["breast"] = 1 if p.get("bus_r") or p.get("bus_l") else 0
        j["gyn"] = 1 if p.get("gyn") else 0
    j["all"] = max(v for v in j.values() if v < 4)
    for k, v in j.items():
        p["j_" + k] = str(v)
    c = []
    if j["bp"] in (2, 3):
        c.append("血圧が高めです。")
    if j["lipid"] in (2, 3):
        c.append("脂質の値に注意してください。")
    if j["glu"] in (2, 3):
        c.append("糖代謝の再検査を受けてください。")
    p["comment"] = "".join(c) or "今回の検査では特に心配な所見はありませんでした。"


# ---------------------------------------------------------------- spellings: (value, rng, person) -> raw or (raw, standard, class, why[, item key])


def plain(v, rng, p):
    return v


def num(rate=0.0, kinds=("fw", "sp", "fwsp"), unit="", comp="<", scale=None, words=True):
    def f(v, rng, p):
        if not v:
            return ""
        if v[0] == "\x00":
            if v == ND:
                w = rng.choice(ND_WORDS)
                return (w, "", "W-NOTDONE-WORD", "not-done word: no value, no number invented")
            w = rng.choice(UNM_WORDS)
            return (w, "測定不能", "W-UNMEASURABLE", "unmeasurable word: kept apart from not done")
        if v.endswith(("未満", "以上", "以下")):
            n, word = v[:-2], v[-2:]
            style = comp if comp != "mix" else rng.choice("<語全")
            raw = {"<": {"未満": "<", "以上": ">=", "以下": "<="}[word] + n, "語": v, "全": fw(n) + word}[style]
            return (raw, v, "W-COMPARATOR", "comparator form: number and form kept, never the bare number")
        if scale:
            raw = scale(v)
            return (raw, v, "", "source unit differs from the standard unit: exact factor")
        if rate and rng.random() < rate:
            k = rng.choice(kinds)
            if k == "fw":
                return (fw(v), v, "", "full-width digits")
            if k == "sp":
                return (v + "  ", v, "", "trailing blanks")
            if k == "fwsp":
                return ("　" + v, v, "", "leading full-width blank")
            if k == "unit" and unit:
                return (v + unit, v, "", "trailing unit equal to the item's unit")
            if k == "comma" and len(v) > 3 and v.isdigit():
                return (v[:-3] + "," + v[-3:], v, "", "thousands comma")
            if k == "dot" and v.startswith("0."):
                return (v[1:], v, "", "leading zero missing")
            if k == "plus":
                return ("+" + v, v, "", "leading plus sign") if v[0] != "-" else v
        return v
    return f


DATE_FORMS = {"ymd": "YYYYMMDD", "slash": "YYYY/MM/DD", "slash1": "YYYY/M/D", "hyphen": "YYYY-MM-DD", "kanji": "YYYY年M月D日", "g7": "GYYMMDD", "gdot": "GY.M.D", "gdot2": "GYY.MM.DD",
              "gslash": "GYY/MM/DD", "gkanji": "元号Y年M月D日 (元年)", "gkanji1": "元号Y年M月D日 (1年)", "gfw": "元号Y年M月D日 in full-width digits", "gdotk": "元号Y.M.D"}


def day(style):
    def f(v, rng, p):
        if not v:
            return ""
        d = to_date(v)
        l, n, y = era(d)
        s = style if isinstance(style, str) else rng.choice(style)
        near = y == 1 or v in ("19890107", "19261224", "20190430")
        why = "date form " + s + (" (next to a change of era)" if near else "")
        if s == "ymd":
            return v
        if s == "slash":
            raw = d.strftime("%Y/%m/%d")
        elif s == "slash1":
            raw = "%d/%d/%d" % (d.year, d.month, d.day)
        elif s == "hyphen":
            raw = d.strftime("%Y-%m-%d")
        elif s == "kanji":
            raw = "%d年%d月%d日" % (d.year, d.month, d.day)
        elif s == "time":
            raw = d.strftime("%Y/%m/%d") + " 0:00:00"
        elif s == "g7":
            raw = "%s%02d%02d%02d" % (l, y, d.month, d.day)
        elif s == "gdot":
            raw = "%s%d.%d.%d" % (l, y, d.month, d.day)
        elif s == "gdot2":
            raw = "%s%02d.%02d.%02d" % (l, y, d.month, d.day)
        elif s == "gslash":
            raw = "%s%02d/%02d/%02d" % (l, y, d.month, d.day)
        elif s == "gkanji":
            raw = "%s%s年%d月%d日" % (n, "元" if y == 1 else y, d.month, d.day)
        elif s == "gkanji1":
            raw = "%s%d年%d月%d日" % (n, y, d.month, d.day)
        elif s == "gfw":
            raw = fw("%s%d年%d月%d日" % (n, y, d.month, d.day))
        elif s == "gdotk":
            raw = "%s%d.%d.%d" % (n, y, d.month, d.day)
        else:
            raise ValueError(s)
        return (raw, v, "", why)
    f.note = "date forms: " + ", ".join(DATE_FORMS[x] for x in ([style] if isinstance(style, str) else style))
    return f


def sex(style):
    t = {"12": ("1", "2"), "男女": ("男", "女"), "男性": ("男性", "女性"), "MF": ("M", "F"), "全": ("１", "２")}[style]

    def f(v, rng, p):
        return (t[0] if v == "男性" else t[1], v, "", "sex code")
    return f


def kana(half=True, space=" ", form=None):
    def f(v, rng, p):
        raw = p["kana_half"] if half else v
        raw = raw.replace(" ", space).replace("　", space)
        if form:
            raw = unicodedata.normalize(form, raw)
        return (raw, v if space else v.replace("　", ""), "", "half-width kana with voiced marks composed" if half else "kana name")
    return f


def name(space="　"):
    def f(v, rng, p):
        raw = v.replace("　", space)
        why = "name with 髙 or 﨑" if ("髙" in v or "﨑" in v) else "name with a second byte 0x5C" if any(
            c in v for c in "十能表予禄圭申曾暴構ソ") else "name"
        return (raw, v if space else v.replace("　", ""), "", why)
    return f


def qual(main=0, mix=0.0, table=QUAL):
    def f(v, rng, p):
        if not v:
            return ""
        if v[0] == "\x00":
            return num()(v, rng, p)
        forms = table[v]
        i = rng.randrange(len(forms)) if mix and rng.random() < mix else min(main, len(forms) - 1)
        raw = forms[i]
        return (raw, v, "", "4+ folds into the top class, original kept" if raw == "4+" else "qualitative spelling " + raw)
    return f


def codes(values, first=1, fullwidth=False, old=None):
    def f(v, rng, p):
        if not v:
            return ""
        n = str(values.index(v) + first)
        return (fw(n) if fullwidth else n, v, "", "answer code")
    return f


def text_answer(v, rng, p):
    if "、" in v:
        return (v, v, "", "answer text that itself holds the joining mark 、: one answer, not two terms")
    return v


def terms(test, no=0, join="、", spell=True, blank_is_no=False):
    """Finding text. The standard value is the terms joined with 、"""
    def f(v, rng, p):
        if test in PRESENCE or test == "abd":
            pk = PRESENCE.get(test, "abd_p")
        else:
            pk = None
        if not v:
            if no is None or (test in ("bus_r", "bus_l", "mmg_r", "mmg_l", "gyn") and p["sexn"] == 1):
                return ""
            w = NO_FIND[no if no < 3 else rng.randrange(3)]
            if pk:
                return (w, p[pk], "", "no-finding word: presence item says none, finding text stays empty", pk)
            return (w, "", "", "no-finding word: finding text stays empty")
        parts, changed = [], False
        for t in v.split("、"):
            pool = TERMS[test][t] if test in TERMS else next(TERMS[a][t] for a in ABD if t in TERMS[a])
            s = pool[0] if not spell or rng.random() < 0.6 else pool[-1]
            changed = changed or s != t
            parts.append(s)
        return (join.join(parts), v, "", "finding terms: synonym or half-width kana to the standard term" if changed else
                "several findings joined with 、" if "、" in v else "finding term")
    return f


def judge(letters, names):
    """letters for A,B,C,D,E; names: letter -> standard judgement name"""
    def f(v, rng, p):
        if not v:
            return ""
        l = letters[int(v)]
        return (l, names[l], "", "judgement letter by the file's own table")
    return f


# ---------------------------------------------------------------- columns, files


class Col:
    __slots__ = ("group", "name", "key", "fn", "role", "unit", "table", "note", "occ", "no", "head2")

    def __init__(self, name, key="", fn=plain, group="", role=None, unit="", table="", note="", head2=""):
        self.group, self.name, self.key, self.fn, self.unit, self.table, self.note, self.head2 = group, name, key, fn, unit, table, note, head2
        self.role = role or ("VALUE" if key else "IGNORE")


def number_columns(cols):
    seen = {}
    for i, c in enumerate(cols, 1):
        seen[c.name] = seen.get(c.name, 0) + 1
        c.occ, c.no = seen[c.name], i
    return cols


def label(c):
    return "%s#%d" % (c.name, c.occ)


def quote(s, mode, delim):
    if mode == "all" or delim in s or '"' in s or "\n" in s or "\r" in s:
        return '"' + s.replace('"', '""') + '"'
    return s


def item_text(key):
    n, c, _ = ITEMS[key]
    return (n + " " + c).strip()


class File:
    """One result file together with what a correct converter makes of it."""

    def __init__(self, fname, cols, centre, encode="cp932", delim=",", quoting="min", eol="\r\n", heads=1, bom=b"", fy=2024, rows=30, exam=None,
                 plants=(), hooks=None, last_eol=True, tail=b"", trailing_delim=False, joins=(), note="", dup=(), eols=None, rawfix=None, file_class="",
                 declared=None, clean=True, boundary=True, ordinary=90, tables=None, bytesfix=None, filters=None, file_why=""):
        self.__dict__.update(locals())
        del self.__dict__["self"]
        number_columns(cols)
        if declared:
            number_columns(declared)
        self.index = {label(c): i for i, c in enumerate(cols)}

    def enc(self, s):
        if self.encode == "cp932":
            return enc932(s)
        if self.encode == "euc_jp":
            s = s.replace("－", "−").replace("～", "〜")
        return s.encode(self.encode)

    def header_lines(self):
        rows = []
        if self.heads == 2:
            if self.cols[0].head2:
                rows.append([c.name for c in self.cols])
                rows.append([c.head2 for c in self.cols])
            else:
                g, last = [], None
                for c in self.cols:
                    g.append(c.group if c.group != last else "")
                    last = c.group
                rows.append(g)
                rows.append([c.name for c in self.cols])
        elif self.heads == 1:
            rows.append([c.name for c in self.cols])
        return rows

    def line(self, fields):
        out = self.delim.join(quote(x, self.quoting, self.delim) for x in fields)
        return out + (self.delim if self.trailing_delim else "")

    def write(self, out, rows, seed, expect=None, hold=()):
        rng = random.Random("%s/%d" % (self.fname, seed))
        n = self.rows if rows is None else rows
        if self.rows == 0:
            n = 0
        plants = {}
        for pl in self.plants:
            plants.setdefault(pl[0], []).append(pl)
        held = {pl[0] for pl in self.plants if pl[4].startswith("E")} | set(hold)
        spec = [(i, c.key, c.fn) for i, c in enumerate(self.cols) if c.key]
        width = len(self.cols)
        ordinary, joins = [], []
        saved = {}
        path = os.path.join(out, self.fname)
        with open(path, "wb") as fh:
            fh.write(self.bom)
            heads = self.header_lines()
            for h in heads:
                fh.write(self.enc(self.line(h) + self.eol))
            for r in range(1, n + 1):
                if r in dict(self.dup) and dict(self.dup)[r] in saved:
                    cells, notes, p = saved[dict(self.dup)[r]]
                    cells, notes = list(cells), {}
                else:
                    exam = self.exam(rng, r) if self.exam else None
                    p = person(rng, self.centre, r - 1, self.fy, exam, self.boundary)
                    if self.filters:
                        self.filters(p, rng, r)
                        derive(p)
                    if self.hooks and r in self.hooks:
                        self.hooks[r](p)
                    cells, notes = [""] * width, {}
                    for i, key, fn in spec:
                        v = fn(p.get(key, ""), rng, p)
                        if v.__class__ is tuple:
                            cells[i] = v[0]
                            notes[i] = v
                        else:
                            cells[i] = v
                if r <= 200:
                    saved[r] = (list(cells), notes, p)
                planted = set()
                for pl in plants.get(r, ()):
                    ref = pl[1]
                    if ref and pl[2] is not None:
                        i = self.index[ref]
                        cells[i] = pl[2]
                        planted.add(i)
                    elif ref:
                        planted.add(self.index[ref])
                if expect is not None and r <= 60 and r not in held and self.file_class == "":
                    for i, key, fn in spec:
                        if i in planted or self.cols[i].role not in ("VALUE", "JUDGEMENT"):
                            continue
                        if any(self.index[x] == i for g in self.joins for x in g[1]):
                            continue
                        raw = cells[i]
                        if i in notes:
                            nt = notes[i]
                            k = nt[4] if len(nt) > 4 else key
                            ordinary.append((r, i, raw, k, nt[1], nt[2], nt[3]))
                        elif raw and r not in dict(self.dup):
                            ordinary.append((r, i, raw, key, p.get(key, raw), "", "plain value"))
                    for k, refs in self.joins:
                        raws = [cells[self.index[x]] for x in refs]
                        if any(self.index[x] in planted for x in refs) or r in dict(self.dup):
                            continue
                        if p.get(k) and any(raws):
                            joins.append((r, ";".join(refs), " | ".join(raws), k, p[k], "", "several source columns joined with 、 in column order"))
                text = self.line(cells)
                if self.rawfix and r in self.rawfix:
                    text = self.rawfix[r](text)
                e = self.eols[r % len(self.eols)] if self.eols else self.eol
                if r == n and not self.last_eol:
                    e = ""
                b = self.enc(text + e)
                if self.bytesfix and r in self.bytesfix:
                    b = self.bytesfix[r](b)
                fh.write(b)
            fh.write(self.tail)
        if expect is None:
            return
        first = len(expect)
        if self.file_class:
            expect.append([self.fname, 0, "", "", "", "", "", self.file_class, self.file_why])
        for pl in self.plants:
            r, ref, raw, std, cls, why = pl[:6]
            if r > n:
                continue
            key = pl[6] if len(pl) > 6 else (self.cols[self.index[ref]].key if ref else "")
            shown = raw if raw is not None else (saved[r][0][self.index[ref]] if ref and r in saved else "")
            expect.append([self.fname, r, ref or "", shown, item_text(key) if key else "", std, ITEMS[key][2] if key and std not in ("", "測定不能") else "", cls, why])
        pick = choose(ordinary, random.Random("pick/%s/%d" % (self.fname, seed)), self.ordinary)
        for r, i, raw, k, std, cls, why in pick:
            expect.append([self.fname, r, label(self.cols[i]), raw, item_text(k), std, ITEMS[k][2] if std not in ("", "測定不能") else "", cls, why])
        for r, ref, raw, k, std, cls, why in joins[:8]:
            expect.append([self.fname, r, ref, raw, item_text(k), std, "", cls, why])
        if self.encode == "euc_jp":
            for row in expect[first:]:
                row[2], row[3] = (x.replace("－", "−").replace("～", "〜") for x in (row[2], row[3]))


def choose(cells, rng, want):
    """At least a few of every kind of spelling, then plain cells spread over the items."""
    kinds = {}
    for c in cells:
        kinds.setdefault((c[6], c[5]), []).append(c)
    out = []
    for k in sorted(kinds):
        if k[0] != "plain value":
            out += rng.sample(kinds[k], min(4, len(kinds[k])))
    rest = kinds.get(("plain value", ""), [])
    rng.shuffle(rest)
    seen = set()
    for c in rest:
        if c[3] not in seen:
            seen.add(c[3])
            out.append(c)
            if len(out) >= want + 20:
                break
    for c in rest:
        if len(out) >= want:
            break
        if c not in out:
            out.append(c)
    out.sort(key=lambda c: (c[0], c[1]))
    return out


def write_columns(f, folder):
    cols = f.declared or f.cols
    path = os.path.join(folder, os.path.splitext(f.fname)[0] + ".columns.csv")
    with open(path, "w", encoding="utf-8", newline="") as fh:
        w = csv.writer(fh, lineterminator="\n")
        w.writerow(["column", "upper_header", "header", "occurrence", "role", "item", "jlac10", "source_unit", "standard_unit", "value_table", "note"])
        for c in cols:
            n, code, unit = ITEMS[c.key] if c.key else ("", "", "")
            w.writerow([c.no, c.head2 and "" or c.group, c.name, c.occ, c.role, n, code, c.unit or (unit if c.role == "VALUE" else ""), unit, c.table,
                        c.note or getattr(c.fn, "note", "") or (("label: " + c.head2) if c.head2 else "")])


EXPECT_HEAD = ["file", "row", "source_column", "raw_value", "item", "expected_standard_value", "expected_unit", "expected_message_class", "why"]


def write_expect(rows, folder, fname):
    path = os.path.join(folder, os.path.splitext(fname)[0] + ".expected.csv")
    with open(path, "w", encoding="utf-8", newline="") as fh:
        w = csv.writer(fh, lineterminator="\n")
        w.writerow(EXPECT_HEAD)
        w.writerows(rows)
    return len(rows)


def write_tables(files, folder):
    with open(os.path.join(folder, "value_tables.csv"), "w", encoding="utf-8", newline="") as fh:
        w = csv.writer(fh, lineterminator="\n")
        w.writerow(["file", "value_table", "raw", "standard"])
        for f in files:
            used = []
            for c in (f.declared or f.cols):
                if c.table and c.table not in used:
                    used.append(c.table)
            for t in used:
                for raw, std in table_rows(t, f):
                    w.writerow([f.fname, t, raw, std])
            for raw in ND_WORDS:
                w.writerow([f.fname, "special_words", raw, "NOT_DONE"])
            for raw in UNM_WORDS:
                w.writerow([f.fname, "special_words", raw, "UNMEASURABLE"])
            for raw in NO_FIND:
                w.writerow([f.fname, "special_words", raw, "NO_FINDING"])
            for t, raw, std in getattr(f, "extra_tables", ()):
                w.writerow([f.fname, t, raw, std])


def write_layouts(files, jma, folder):
    with open(os.path.join(folder, "layouts.csv"), "w", encoding="utf-8", newline="") as fh:
        w = csv.writer(fh, lineterminator="\n")
        w.writerow(["file", "encoding", "byte_order_mark", "line_end", "delimiter", "quoting", "header_rows", "upper_header", "columns", "delimiter_at_line_end"])
        for f in files:
            upper = "" if f.heads < 2 else "codes or keys, the lower row holds labels" if f.cols[0].head2 else "group, in every column" if getattr(f, "fill_upper", False) else "group, only in the first column of the group"
            name = {"cp932": "CP932", "utf-8": "UTF-8", "euc_jp": "EUC-JP", "utf-16-le": "UTF-16LE"}[f.encode]
            w.writerow([f.fname, name, "yes" if f.bom else "no", "mixed CRLF and LF" if f.eols else {"\r\n": "CRLF", "\n": "LF"}[f.eol], "TAB" if f.delim == "\t" else f.delim,
                        "all fields" if f.quoting == "all" else "where needed", f.heads, upper, len(f.declared or f.cols), "yes" if f.trailing_delim else "no"])
        for n in jma:
            w.writerow([n, "CP932", "no", "CRLF", ",", "all fields", 0, "", "13 + 8 per item", "no"])


def table_rows(t, f):
    if f.tables and t in f.tables:
        return list(f.tables[t].items())
    if t == "qualitative":
        return [(r, s) for s, rs in QUAL.items() for r in rs]
    if t == "posneg":
        return [(r, s) for s, rs in POSNEG.items() for r in rs]
    if t.startswith("terms:"):
        return [(r, s) for s, rs in (TERMS[t[6:]] if t[6:] in TERMS else {k: v for a in ABD for k, v in TERMS[a].items()}).items() for r in rs]
    if t.startswith("answers:"):
        return [(str(i), s) for i, s in enumerate(Q_LISTS[t[8:]], 1)]
    if t in FIXED_TABLES:
        return list(FIXED_TABLES[t].items())
    raise KeyError(t)


FIXED_TABLES = {
    "sex:12": {"1": "男性", "2": "女性"}, "sex:男女": {"男": "男性", "女": "女性"}, "sex:男性": {"男性": "男性", "女性": "女性"}, "sex:MF": {"M": "男性", "F": "女性"},
    "sex:全": {"１": "男性", "２": "女性"},
    "hearing": {"1": "所見あり", "2": "所見なし"}, "presence": {"1": "所見あり", "2": "所見なし", "3": "要再撮影"},
    "remark": {"1": "特記すべきことあり", "2": "特記すべきことなし"},
    "stime": {"2": "食後10時間以上", "3": "食後3.5時間以上10時間未満", "4": "食後3.5時間未満"},
    "metabo": {"1": "基準該当", "2": "予備群該当", "3": "非該当", "4": "判定不能"}, "level": {"1": "積極的支援", "2": "動機付け支援", "3": "なし(情報提供)", "4": "判定不能"},
    "kw": {"1": "0", "2": "Ⅰ", "3": "Ⅱa", "4": "Ⅱb", "5": "Ⅲ", "6": "Ⅳ"}, "scheie": {"1": "0", "2": "1", "3": "2", "4": "3", "5": "4"},
    "abo": {"1": "A", "2": "B", "3": "AB", "4": "O"}, "rh": {"1": "＋", "2": "－"},
}
JUDGE_DOCK = {"A": "異常なし", "B": "軽度異常", "C": "要再検査・生活改善", "D": "要精密検査・治療", "E": "治療中"}
FIXED_TABLES["judge:dock"] = JUDGE_DOCK
JUDGE_WIDE = {"Ａ": "異常なし", "Ｂ": "軽度異常", "Ｃ１２": "要再検査(12か月後)", "Ｃ６": "要再検査(6か月後)", "Ｄ": "要精密検査", "Ｅ": "治療中"}
FIXED_TABLES["judge:wide"] = JUDGE_WIDE
JUDGE_JMA = {"1": "異常認めず", "2": "要観察", "3": "要指導", "4": "要医療", "5": "治療中"}
FIXED_TABLES["judge:jma"] = JUDGE_JMA


# shorthand used by the layouts


def C_judge(kind, key, head, **kw):
    t = {"dock": ("ABCDE", JUDGE_DOCK), "wide": (["Ａ", "Ｂ", "Ｃ６", "Ｄ", "Ｅ"], JUDGE_WIDE), "jma": ("12345", JUDGE_JMA)}[kind]
    return Col(head, "j_" + key, judge(t[0], t[1]), role="JUDGEMENT", table="judge:" + kind, **kw)


def C_code(head, key, table, **kw):
    t = FIXED_TABLES[table]
    inv = {s: r for r, s in t.items()}

    def f(v, rng, p):
        return (inv[v], v, "", "answer code") if v else ""
    return Col(head, key, f, table=table, **kw)


def C_q(head, n, style="code", **kw):
    key = "q%d" % n
    if style == "code":
        return Col(head, key, codes(Q_LISTS[key]), table="answers:" + key, **kw)
    return Col(head, key, text_answer, table="", **kw)


def pad(cols, total, make):
    i = 1
    while len(cols) < total:
        cols.append(make(i))
        i += 1
    if len(cols) != total:
        raise SystemExit("layout has %d columns, wanted %d" % (len(cols), total))
    return cols


# JMA layout: no header, everything quoted, eight columns per item

JMA_ITEMS = ["ht", "wt", "bmi", "waist", "sbp", "dbp", "tg", "hdl", "ldl", "nhdl", "ast", "alt", "ggt", "glu", "a1c", "cr", "egfr", "ua", "wbc", "rbc", "hb",
             "hct", "plt", "tp", "alb", "tbil", "alp", "ld", "bun", "crp", "cea"]
JMA_NAMES = {"sbp": "収縮期血圧", "dbp": "拡張期血圧", "tg": "中性脂肪", "nhdl": "non-HDLコレステロール", "hb": "血色素量", "hct": "ヘマトクリット", "waist": "腹囲"}
JMA_REF = {"tg": (30, 149), "hdl": (40, 999), "ldl": (0, 119), "ast": (0, 30), "alt": (0, 30), "ggt": (0, 50), "glu": (0, 99), "a1c": (0, 5.5), "ua": (0, 7.0)}
JMA_UNIT = {"sbp": "mmHg", "dbp": "mmHg", "rbc": "10*4/mm3", "egfr": "mL/min/1.73m2"}


def jma_item(p, key, changes=None):
    """-> the eight fields"""
    n, code, unit = ITEMS[key]
    v = p[key]
    state, form, flag = "1", "", ""
    if v == ND:
        state, v = "0", ""
    elif v == UNM:
        state, v = "2", ""
    elif v.endswith("未満"):
        form, v = "L", v[:-2]
    elif v.endswith("以上"):
        form, v = "U", v[:-2]
    ref = ""
    if key in JMA_REF:
        lo, hi = JMA_REF[key]
        ref = "%s-%s" % (lo, hi)
        if v:
            flag = "H" if float(v) > hi else "L" if float(v) < lo else ""
    out = [code, JMA_NAMES.get(key, n), state, flag, form, v, JMA_UNIT.get(key, unit), ref]
    if changes:
        for i, x in changes.items():
            out[i] = x
    return out


def write_jma(fname, out, rows, seed, centre, n_default, plants, hooks, expect, extra_items=None, tail=b"", file_note="", voucher_blank=(), birth_style="g7"):
    rng = random.Random("%s/%d" % (fname, seed))
    n = n_default if rows is None else rows
    by = {}
    for pl in plants:
        by.setdefault(pl[0], []).append(pl)
    held = {pl[0] for pl in plants if pl[5].startswith("E")}
    ordinary = []
    with open(os.path.join(out, fname), "wb") as fh:
        for r in range(1, n + 1):
            p = person(rng, centre, r - 1)
            if rng.random() < 0.15:
                p["cea"] = ND
            if rng.random() < 0.08:
                p["crp"] = UNM
            if hooks and r in hooks:
                hooks[r](p)
            b = day(birth_style)(p["birth"], rng, p)
            b = b if isinstance(b, str) else b[0]
            head = [centre[0], centre[0], centre[1], p["exam"], "%08d" % (30000 + r), p["exam"], "%08d" % r, "" if r in voucher_blank else p["voucher"],
                    p["kana_half"].replace(" ", "")[:17], b, "1" if p["sexn"] == 1 else "2", "", "食前"]
            keys = list(JMA_ITEMS)
            if extra_items and r in extra_items:
                keys += extra_items[r]
            named = [pl[1] for pl in by.get(r, ())]
            dropped = [k for k in ("tbil", "alp", "ld", "bun", "cea", "plt") if rng.random() < 0.15 and k not in named]
            items = {k: jma_item(p, k) for k in keys if p[k] != "" and k not in dropped}
            touched = set()
            for pl in by.get(r, ()):
                _, where, ch = pl[0], pl[1], pl[2]
                if where == "head":
                    for i, x in ch.items():
                        head[i] = x
                else:
                    for i, x in (ch or {}).items():
                        items[where][i] = x
                    touched.add(where)
            fields = head + [x for k in keys if k in items for x in items[k]]
            fh.write(enc932(",".join('"%s"' % x.replace('"', '""') for x in fields) + "\r\n"))
            if expect is not None and r not in held and r <= 60:
                pos = 13
                hd = {5: "exam", 7: "voucher", 8: "kana", 9: "birth", 10: "sex", 1: "org_no", 2: "org"}
                for i, k in hd.items():
                    if head[i] and not any(pl[1] == "head" and i in pl[2] for pl in by.get(r, ())):
                        std = {"kana": full_kana(head[i])}.get(k, p[k])
                        ordinary.append([r, "column %d" % (i + 1), head[i], item_text(k), std, "", "", {"kana": "half-width kana without a blank", "birth": "era date GYYMMDD",
                                         "sex": "sex code"}.get(k, "header part")])
                for k in keys:
                    if k not in items:
                        continue
                    it = items[k]
                    if k not in touched:
                        col = "column %d" % (pos + 6)
                        if it[2] == "1":
                            std = it[5] + {"L": "未満", "U": "以上", "E": "以下", "": ""}[it[4]]
                            ordinary.append([r, col, it[5], item_text(k), std, ITEMS[k][2], "W-COMPARATOR" if it[4] else "",
                                             "result with form %s" % it[4] if it[4] else "eight-column item, state 1"])
                        else:
                            ordinary.append([r, "column %d" % (pos + 3), it[2], item_text(k), "" if it[2] == "0" else "測定不能", "",
                                             "W-NOTDONE-WORD" if it[2] == "0" else "W-UNMEASURABLE", "state %s with an empty result" % it[2]])
                    pos += 8
            if expect is not None:
                for pl in by.get(r, ()):
                    _, where, ch, raw, std, cls, why = pl[:7]
                    key = pl[7] if len(pl) > 7 else (where if where != "head" else "")
                    if where == "head":
                        col = "column %d" % (min(ch) + 1) if ch else ""
                    else:
                        at = min(ch) if ch and not raw else 5
                        raw = raw or (ch[at] if ch else "")
                        col = "column %d" % (14 + 8 * [k for k in keys if k in items].index(where) + at)
                    expect.append([fname, r, col, raw, item_text(key) if key else "", std, ITEMS[key][2] if key and std else "", cls, why])
        fh.write(tail)
    if expect is not None:
        prng = random.Random("pick/%s/%d" % (fname, seed))
        kinds = {}
        for o in ordinary:
            kinds.setdefault(o[7], []).append(o)
        pick = []
        for k in sorted(kinds):
            if k != "eight-column item, state 1":
                pick += prng.sample(kinds[k], min(5, len(kinds[k])))
        pick += prng.sample(kinds["eight-column item, state 1"], min(60, len(kinds["eight-column item, state 1"])))
        pick.sort(key=lambda o: (o[0], int(o[1].split()[1])))
        for o in pick:
            expect.append([fname] + o)

# ---------------------------------------------------------------- the public layouts

MESSY = ("fw", "sp", "fwsp")


def regional_columns(rate):
    n = lambda **k: num(rate, MESSY, **k)
    c = []

    def g(group, *cols):
        for x in cols:
            x.group = group
            c.append(x)
    g("基本情報", Col("受診日", "exam", day("slash")), Col("健診機関番号", "org_no"), Col("健診機関名称", "org"), Col("氏名", "name", name()),
      Col("カナ氏名", "kana", kana()), Col("性別", "sex", sex("男女"), table="sex:男女"), Col("生年月日", "birth", day("slash")), Col("年齢", "", note="not mapped"),
      Col("保険者番号", "ins"), Col("保険記号", "sym"), Col("保険番号", "num"), Col("枝番", "branch"), Col("社員番号", "emp"), Col("所属", "", note="not mapped"),
      Col("コース名", "", note="not mapped"), Col("郵便番号", "post"), Col("住所", "addr"))
    g("身体計測", Col("身長", "ht", n()), Col("体重", "wt", n()), Col("標準体重", "stdwt", n()), Col("肥満度", "obes", n()), Col("BMI", "bmi", n()), Col("体脂肪率", "fat", n()),
      Col("腹囲", "waist", n()), Col("内臓脂肪面積", "vfa", n()), C_judge("dock", "body", "判定"))
    g("血圧", Col("最高血圧（１回）", "sbp", n()), Col("最低血圧（１回）", "dbp", n()), Col("最高血圧（２回）", "sbp2", n()), Col("最低血圧（２回）", "dbp2", n()), C_judge("dock", "bp", "判定"))
    g("視力", Col("裸眼（右）", "vr", n()), Col("裸眼（左）", "vl", n()), Col("矯正（右）", "vcr", n()), Col("矯正（左）", "vcl", n()), C_judge("dock", "eye", "判定"))
    g("聴力", C_code("聴力（右）1000Hz", "h1r", "hearing"), C_code("聴力（左）1000Hz", "h1l", "hearing"), C_code("聴力（右）4000Hz", "h4r", "hearing"),
      C_code("聴力（左）4000Hz", "h4l", "hearing"), C_judge("dock", "ear", "判定"))
    g("眼圧", Col("右", "iopr", n()), Col("左", "iopl", n()), C_judge("dock", "iop", "判定"))
    g("尿検査", Col("尿糖", "us", qual(0, 0.25), table="qualitative"), Col("尿蛋白", "up", qual(0, 0.25), table="qualitative"),
      Col("尿潜血", "ub", qual(0, 0.25), table="qualitative"), Col("比重", "usg", n()), C_judge("dock", "urine", "判定"))
    g("診察", Col("既往歴について（治療）", "hist", terms("hist", 2), table="terms:hist"), Col("自覚症状について", "subj", terms("subj", 2), table="terms:subj"),
      Col("他覚症状について", "obj", terms("obj", 2), table="terms:obj"), Col("業務歴", "work"))
    g("胸部Ｘ線", Col("胸部X線検査", "cxr", terms("cxr", 0), table="terms:cxr"), Col("撮影番号", "", note="not mapped"), C_judge("dock", "cxr", "判定"))
    g("血液一般", Col("白血球数", "wbc", num(rate, MESSY + ("comma",))), Col("赤血球数", "rbc", n()), Col("ヘモグロビン", "hb", n()), Col("ヘマトクリット", "hct", n()),
      Col("血小板数", "plt", n()), Col("MCV", "mcv", n()), Col("MCH", "mch", n()), Col("MCHC", "mchc", n()), C_judge("dock", "cbc", "判定"))
    g("血液像", Col("好中球", "neut", n()), Col("リンパ球", "lym", n()), Col("単球", "mono", n()), Col("好酸球", "eos", n()), Col("好塩基球", "baso", n()), C_judge("dock", "diff", "判定"))
    g("脂質", Col("総コレステロール", "tc", n()), Col("HDLコレステロール", "hdl", n()), Col("LDLコレステロール", "ldl", n()), Col("non-HDLコレステロール", "nhdl", n()),
      Col("空腹時中性脂肪", "tg", n()), Col("随時中性脂肪", "tgr", n()), C_judge("dock", "lipid", "判定"))
    g("糖代謝", Col("空腹時血糖", "glu", n()), Col("随時血糖", "glur", n()), Col("HbA1c（N)", "a1c", n()), C_code("採血時間", "stime", "stime"), C_judge("dock", "glu", "判定"))
    g("肝機能", Col("AST(GOT)", "ast", n()), Col("ALT(GPT)", "alt", n()), Col("γーGTP", "ggt", n()), Col("ALP(IFCC)", "alp", n()), Col("LD(IFCC)", "ld", n()),
      Col("総ビリルビン", "tbil", n()), Col("直接ビリルビン", "dbil", n()), Col("総蛋白", "tp", n()), Col("アルブミン", "alb", n()), Col("A/G比", "ag", n()), Col("ChE", "che", n()),
      C_judge("dock", "liver", "判定"))
    g("腎機能", Col("クレアチニン", "cr", n()), Col("eGFR", "egfr", n()), Col("尿素窒素", "bun", n()), C_judge("dock", "kidney", "判定"))
    g("尿酸", Col("尿酸", "ua", n()), C_judge("dock", "ua", "判定"))
    g("電解質", Col("Na", "na", n(), unit="mmol/L"), Col("K", "k", n(), unit="mmol/L"), Col("Cl", "cl", n(), unit="mmol/L"), Col("Ca", "ca", n()), C_judge("dock", "elec", "判定"))
    g("炎症・感染症", Col("CRP", "crp", num(rate, MESSY, comp="mix")), Col("HBs抗原", "hbs", qual(0, 0.3, POSNEG), table="posneg"), Col("HCV抗体", "hcv", qual(0, 0.3, POSNEG), table="posneg"),
      C_judge("dock", "infl", "判定"))
    g("腫瘍マーカー", Col("CEA", "cea", n()), Col("AFP", "afp", n()), Col("CA19-9", "ca19", n()), Col("PSA", "psa", n()), Col("CA125", "ca125", n()), C_judge("dock", "tumor", "判定"))
    g("肺機能", Col("努力肺活量", "fvc", n()), Col("１秒量", "fev", n()), Col("１秒率", "fevr", n()), Col("％肺活量", "pvc", n()), C_judge("dock", "lung", "判定"))
    g("心電図", Col("心拍数（安静心電図用）", "pulse", n()), Col("安静時12誘導", "ecg", terms("ecg", 0), table="terms:ecg"), C_judge("dock", "ecg", "判定"))
    g("便潜血", Col("便潜血（1日目）", "fob1", qual(0, 0.3, POSNEG), table="posneg"), Col("便潜血（2日目）", "fob2", qual(0, 0.3, POSNEG), table="posneg"), C_judge("dock", "fob", "判定"))
    g("胃部", Col("胃部X線検査", "ugi", terms("ugi", 0), table="terms:ugi"), C_judge("dock", "ugi", "判定"))
    g("婦人科", Col("婦人科診察所見", "gyn", terms("gyn", 0), table="terms:gyn"), Col("子宮細胞診日母", "cyt_n"), Col("子宮細胞診ベセスダ", "cyt_b"), C_judge("dock", "gyn", "判定"))
    g("眼底", Col("眼底所見（右）", "fund_r", terms("fund_r", 0), table="terms:fund_r"), Col("眼底所見（左）", "fund_l", terms("fund_l", 0), table="terms:fund_l"),
      C_code("Ｋ－Ｗ（右）", "kwr", "kw"), C_code("Ｋ－Ｗ（左）", "kwl", "kw"), C_judge("dock", "fund", "判定"))
    g("乳房", Col("乳腺超音波（右）", "bus_r", terms("bus_r", 0), table="terms:bus_r"), Col("乳腺超音波（左）", "bus_l", terms("bus_l", 0), table="terms:bus_l"),
      Col("マンモグラフィ（右）", "mmg_r", terms("mmg_r", 0), table="terms:mmg_r"), Col("マンモグラフィ（左）", "mmg_l", terms("mmg_l", 0), table="terms:mmg_l"),
      C_judge("dock", "breast", "判定"))
    g("腹部超音波", *[Col(h, k, terms(k, 0), table="terms:" + k) for h, k in
                 (("腹部超音波（胆のう）", "abd_gb"), ("腹部超音波（肝臓）", "abd_liver"), ("腹部超音波（膵臓）", "abd_panc"), ("腹部超音波（腎臓）", "abd_kid"),
                  ("腹部超音波（脾臓）", "abd_spl"), ("腹部超音波（その他）", "abd_oth"), ("腹部超音波（大動脈）所見", "abd_aor"))], C_judge("dock", "abd", "判定"))
    g("問診", *[C_q(h, i) for i, h in enumerate((
        "1.服薬歴（血圧）", "2.服薬歴（血糖）", "3.服薬歴（脂質）", "4.既往歴（脳卒中）", "5.既往歴（心疾患）", "6.既往歴（慢性腎不全）", "7.既往歴（貧血）", "8.喫煙(R06)",
        "9.20歳の時の体重から10㎏以上増加している", "10.1回30分以上の軽い汗をかく運動を週2日以上、1年以上実施している", "11.日常生活において歩行又は同等の身体活動を1日1時間以上実施している",
        "12.ほぼ同じ年齢の同性と比較して歩く速度が速い", "13.食事をかんで食べる時の状態はどれにあてはまりますか", "14.人と比較して食べる速度が速い",
        "15.就寝前の2時間以内に夕食を取ることが週に3回以上ある", "16.朝昼夕の3食以外に間食をしたり甘い飲み物をとることがある", "17.朝食を抜くことが週に3回以上ある",
        "18.飲酒の頻度(R06)", "19.飲酒量(R06)", "20.睡眠で休養が十分とれている", "21.運動や食生活等の生活習慣を改善してみようと思いますか",
        "22.生活習慣の改善について保健指導を受ける機会があれば、利用しますか"), 1)])
    c[-1].note = "the header asks about willingness, the sender fills the term-4 answer (guidance received before)"
    g("判定", C_code("メタボリック症候群診断", "metabo", "metabo"), C_code("特・階層化結果", "level", "level"), C_judge("dock", "all", "総合判定"), Col("指導コメント", "comment"), Col("判定医師", "doctor"))
    pad(c, 286, lambda i: Col("予備%03d" % i, "", group="予備", note="empty reserve column"))
    return c


REFERENCE = {"wbc": ("3.1", "8.4"), "rbc": ("4.00", "5.39"), "hb": ("12.1", "16.0"), "hct": ("38.5", "48.9"), "plt": ("145", "329"), "tc": ("140", "199"), "hdl": ("40", ""), "ldl": ("60", "119"),
             "tg": ("30", "149"), "ast": ("", "30"), "alt": ("", "30"), "ggt": ("", "50"), "alp": ("38", "113"), "ld": ("124", "222"), "tp": ("6.5", "7.9"), "alb": ("3.9", ""), "cr": ("", "1.00"),
             "ua": ("2.1", "7.0"), "na": ("138", "145"), "k": ("3.6", "4.8"), "cl": ("101", "108"), "ca": ("8.8", "10.1"), "glu": ("", "99"), "a1c": ("", "5.5"), "crp": ("", "0.30"), "cea": ("", "5.0"),
             "psa": ("", "4.0"), "tsh": ("0.50", "5.00"), "fevr": ("70.0", "")}


def fixed(text):
    return lambda v, rng, p: text


def earlier(v, rng, p):
    """A result of an earlier year; same form as the current one, never to be mistaken for it."""
    if not v or v[0] == "\x00" or not v.replace(".", "").isdigit() or rng.random() < 0.2:
        return ""
    x = float(v) * (1 + rng.uniform(-0.06, 0.06))
    digits = len(v.split(".")[1]) if "." in v else 0
    return "%.*f" % (digits, x)


def hospital_columns(rate):
    c = [Col("受診者ID", ""), Col("受診日（西暦）", "exam", day("ymd")), Col("健診機関番号", "org_no"), Col("漢字氏名", "name", name("　")), Col("カナ氏名", "kana", kana(True, " ")),
         Col("性別", "sex", sex("12"), table="sex:12"), Col("生年月日", "birth", day("ymd")), Col("年齢", ""), Col("保険者番号", "ins"), Col("保険証記号", "sym"), Col("保険証番号", "num"),
         Col("枝番", "branch"), Col("社員番号", "emp"), Col("郵便番号", "post"), Col("住所", "addr"), Col("前回受診日", "prev_exam", day("ymd"), role="IGNORE", note="history, not mapped")]
    k3 = lambda v: "%d.%02d" % (int(v) // 1000, int(v) % 1000 // 10)
    rows = [("身長", "ht", ""), ("体重", "wt", ""), ("標準体重", "stdwt", ""), ("ＢＭＩ", "bmi", ""), ("体脂肪", "fat", ""), ("腹囲", "waist", ""), ("血圧１高", "sbp", ""), ("血圧１低", "dbp", ""),
            ("血圧２高", "sbp2", ""), ("血圧２低", "dbp2", ""), ("脈拍", "pulse", ""), ("眼圧右", "iopr", ""), ("眼圧左", "iopl", ""), ("白血球", "wbc", "10*3/uL"), ("赤血球", "rbc", "10*6/uL"),
            ("血色素", "hb", ""), ("ﾍﾏﾄｸﾘｯﾄ", "hct", ""), ("血小板", "plt", "10*3/uL"), ("MCV", "mcv", ""), ("MCH", "mch", ""), ("MCHC", "mchc", ""), ("NEUT", "neut", ""), ("LYMPH", "lym", ""),
            ("MONO", "mono", ""), ("EOSINO", "eos", ""), ("BASO", "baso", ""), ("T-CHO", "tc", ""), ("HDLｺﾚｽﾃﾛｰﾙ", "hdl", ""), ("LDLCHO", "ldl", ""), ("non-HDLｺﾚｽﾃﾛｰﾙ", "nhdl", ""),
            ("中性脂肪", "tg", ""), ("AST", "ast", ""), ("ALT", "alt", ""), ("γーGTP", "ggt", ""), ("ALP", "alp", ""), ("LD", "ld", ""), ("T-BIL", "tbil", ""), ("D-BIL", "dbil", ""),
            ("TP", "tp", ""), ("ALB", "alb", ""), ("A/G", "ag", ""), ("ChE", "che", ""), ("CK", "ck", ""), ("AMY", "amy", ""), ("LAP", "lap", ""), ("UN", "bun", ""), ("CRE", "cr", ""),
            ("eGFR", "egfr", ""), ("UA", "ua", ""), ("Na", "na", ""), ("K", "k", ""), ("Cl", "cl", ""), ("Ca", "ca", ""), ("IP", "ip", ""), ("Fe", "fe", ""), ("ﾌｪﾘﾁﾝ", "ferr", ""),
            ("血糖", "glu", ""), ("HbA1c", "a1c", ""), ("CRP", "crp", ""), ("CEA", "cea", ""), ("AFP", "afp", ""), ("CA19-9", "ca19", ""), ("CA125", "ca125", ""), ("PSA", "psa", ""),
            ("TSH", "tsh", ""), ("FT4", "ft4", ""), ("FT3", "ft3", ""), ("努力肺活量", "fvc", ""), ("1秒量", "fev", ""), ("1秒率", "fevr", ""), ("%肺活量", "pvc", ""), ("骨密度YAM%", "bmd", "")]
    grp = {"bmi": "body", "dbp": "bp", "iopl": "iop", "hb": "cbc", "neut": "diff", "tg": "lipid", "ggt": "liver", "cr": "kidney", "ua": "ua", "k": "elec", "glu": "glu", "crp": "infl", "cea": "tumor",
           "tsh": "thyr", "fevr": "lung", "bmd": "bone"}
    scale = {"wbc": k3, "rbc": lambda v: "%d.%02d" % (int(v) // 100, int(v) % 100), "plt": lambda v: str(int(v) * 10)}
    for h, k, u in rows:
        c.append(Col(h, k, num(rate, MESSY + ("plus",), scale=scale.get(k), comp="mix"), unit=u))
        if k in grp:
            c.append(C_judge("wide", grp[k], "判定"))
        else:
            c.append(Col("判定", "", note="always empty"))
        lo, hi = REFERENCE.get(k, ("", ""))
        c += [Col("下限値", k, fixed(lo), role="LOWER", note="reference limit of the laboratory"), Col("上限値", k, fixed(hi), role="UPPER", note="reference limit of the laboratory"),
              Col("前回値", k, earlier, role="IGNORE", note="history, not mapped"), Col("前々回値", k, earlier, role="IGNORE", note="history, not mapped")]
    for h, k in (("糖", "us"), ("蛋白", "up"), ("潜血", "ub")):
        c += [Col(h, k, qual(1, 0.3), table="qualitative", note="urine"), Col("判定", "", note="always empty")]
    c += [Col("比重", "usg", num()), Col("便ヘモ１", "fob1", qual(0, 0.2, POSNEG), table="posneg"), Col("便ヘモ２", "fob2", qual(0, 0.2, POSNEG), table="posneg"), C_judge("wide", "fob", "判定")]
    c += [Col("裸眼視力右", "vr", num(0.1, ("fw", "dot"))), Col("裸眼視力左", "vl", num(0.1, ("fw", "dot"))), Col("矯正視力右", "vcr", num()), Col("矯正視力左", "vcl", num()), C_judge("wide", "eye", "判定")]
    c += [C_code("1000Hz右", "h1r", "hearing"), C_code("1000Hz左", "h1l", "hearing"), C_code("4000Hz右", "h4r", "hearing"), C_code("4000Hz左", "h4l", "hearing"), C_judge("wide", "ear", "判定")]

    def part(test, i):
        fn = terms(test, 2)

        def f(v, rng, p):
            t = v.split("、") if v else []
            if i == 0 and not t:
                return fn("", rng, p)
            return TERMS[test][t[i]][0] if i < len(t) else ""
        return f
    for base, k, num_ in (("安静心電図", "ecg", 4), ("胸部Ｘ線", "cxr", 4), ("胃部Ｘ線", "ugi", 4)):
        c += [Col(base + "１２３４"[i], k, part(k, i), table="terms:" + k, note="joined in column order") for i in range(num_)]
        c.append(C_judge("wide", k, "判定"))
    for h, k in (("肝臓", "abd_liver"), ("胆嚢", "abd_gb"), ("膵臓", "abd_panc"), ("腎臓", "abd_kid"), ("脾臓", "abd_spl")):
        c += [Col("腹部超音波" + h, k, terms(k, 1), table="terms:" + k)] + [Col("腹部超音波" + h + "所見", "", note="always empty") for _ in range(3)]
    c += [C_judge("wide", "abd", "判定"), Col("眼底右所見", "fund_r", terms("fund_r", 1), table="terms:fund_r"), Col("眼底左所見", "fund_l", terms("fund_l", 1), table="terms:fund_l"),
          C_code("眼底右KW", "kwr", "kw"), C_code("眼底左KW", "kwl", "kw"), C_judge("wide", "fund", "判定")]
    c += [Col("既往歴", "hist", terms("hist", 2, "、"), table="terms:hist"), Col("自覚症状", "subj", terms("subj", 2), table="terms:subj"), Col("他覚所見", "obj", terms("obj", 2), table="terms:obj")]
    c += [Col("血液型ABO", "abo"), Col("血液型Rh", "rh", qual(1, 0, {"＋": ["+", "(+)"], "－": ["-", "(-)"]}), table="rhraw"), Col("HBs抗原", "hbs", qual(0, 0.2, POSNEG), table="posneg"),
          Col("HCV抗体", "hcv", qual(0, 0.2, POSNEG), table="posneg"), Col("梅毒TP", "sts", qual(0, 0.2, POSNEG), table="posneg"), Col("RF", "rf", qual(0, 0.2, POSNEG), table="posneg")]
    c += [C_q("質問票%d" % i, i) for i in range(1, 23)]
    c += [C_code("採血時間", "stime", "stime"), C_code("メタボ判定", "metabo", "metabo"), C_code("支援レベル", "level", "level"), C_judge("wide", "all", "総合判定"), Col("総合所見", "comment"),
          Col("判定医", "doctor"), Col("コメント", "note")]
    pad(c, 1075, lambda i: Col("予備" if i % 3 else "オプション%d" % i, "", note="empty"))
    return c


def clinic_columns():
    u = lambda unit: num(0.1, ("unit", "fw"), unit)
    c = [Col("カルテ番号", ""), Col("健診日", "exam", day(["gkanji", "gdot", "gfw"])), Col("受診者氏名", "name", name(" ")), Col("フリガナ", "kana", kana(False, "　")),
         Col("性別", "sex", sex("男性"), table="sex:男性"), Col("生年月日(和暦)", "birth", day(["gdot", "gkanji", "g7", "gfw", "gkanji1"])), Col("保険者番号", "ins"), Col("記号", "sym"), Col("番号", "num"),
         Col("枝番", "branch"), Col("前回健診日", "prev_exam", day(["gkanji", "gdot"])), Col("〒", "post"), Col("住所", "addr"),
         Col("身長(cm)", "ht", u("cm")), Col("体重(kg)", "wt", u("kg")), Col("ＢＭＩ", "bmi", u("")), Col("腹囲(cm)", "waist", u("cm")), Col("血圧(上)", "sbp", u("mmHg")), Col("血圧(下)", "dbp", u("mmHg")),
         Col("脈拍", "pulse", u("")), Col("視力右", "vr", u("")), Col("視力左", "vl", u("")), Col("矯正右", "vcr", u("")), Col("矯正左", "vcl", u(""))]
    c += [C_code("聴力右1000", "h1r", "hearing"), C_code("聴力右4000", "h4r", "hearing"), C_code("聴力左1000", "h1l", "hearing"), C_code("聴力左4000", "h4l", "hearing")]
    c += [Col("尿蛋白", "up", qual(1, 0.4), table="qualitative"), Col("尿糖", "us", qual(1, 0.4), table="qualitative"), Col("尿潜血", "ub", qual(1, 0.4), table="qualitative")]
    c += [Col(h, k, u(x)) for h, k, x in (("白血球", "wbc", "/μL"), ("赤血球", "rbc", "万/μL"), ("Hb", "hb", "g/dL"), ("Ht", "hct", "%"), ("血小板", "plt", "万/μL"), ("GOT", "ast", "U/L"), ("GPT", "alt", "U/L"),
                                       ("γ-GTP", "ggt", "U/L"), ("ALP", "alp", "U/L"), ("総蛋白", "tp", "g/dL"), ("アルブミン", "alb", "g/dL"), ("総コレステロール", "tc", "mg/dL"), ("HDL", "hdl", "mg/dL"),
                                       ("LDL", "ldl", "mg/dL"), ("non-HDL", "nhdl", "mg/dL"), ("中性脂肪(空腹時)", "tg", "mg/dL"), ("空腹時血糖", "glu", "mg/dL"), ("HbA1c(NGSP)", "a1c", "%"),
                                       ("クレアチニン", "cr", "mg/dL"), ("eGFR", "egfr", ""), ("尿酸", "ua", "mg/dL"), ("尿素窒素", "bun", "mg/dL"))]
    for x in c:
        if x.name == "赤血球" or x.name == "血小板":
            x.unit = "万/μL"
        if x.name == "白血球":
            x.unit = "/μL"
    c += [Col("CRP", "crp", num(comp="語")), Col("CEA", "cea", num())]
    c += [Col("便潜血1", "fob1", qual(1, 0.2, POSNEG), table="posneg"), Col("便潜血2", "fob2", qual(1, 0.2, POSNEG), table="posneg")]
    c += [Col("心電図所見", "ecg", terms("ecg", 2), table="terms:ecg"), Col("胸部所見", "cxr", terms("cxr", 2), table="terms:cxr"), Col("胃透視所見", "ugi", terms("ugi", 1), table="terms:ugi"),
          Col("腹部エコー所見", "abd", terms("abd", 1), table="terms:abd"), Col("既往歴", "hist", terms("hist", 2), table="terms:hist"), Col("自覚症状", "subj", terms("subj", 2), table="terms:subj"),
          Col("他覚所見", "obj", terms("obj", 2), table="terms:obj")]
    c += [C_q("問%d" % i, i, "text") for i in range(1, 23)]
    c += [Col("採血時間", "stime", text_answer), Col("メタボ", "metabo"), Col("保健指導", "level"), C_judge("dock", "all", "総合判定"), Col("医師コメント", "comment"), Col("医師名", "doctor"), Col("備考", "note")]
    pad(c, 100, lambda i: Col("", "", note="empty header, empty column"))
    return c


def city_columns():
    n = num()
    c = [Col("受診日付", "exam", day("slash1")), Col("氏名", "name", name("　")), Col("カナ氏名", "kana", lambda v, r, p: "", role="IGNORE", note="exported but always blank; kana is not available from this sender"),
         Col("性別", "sex", sex("男女"), table="sex:男女"), Col("生年月日", "birth", day("slash1")), Col("郵便番号", "post"), Col("住所", "addr"), Col("保険者番号", "ins"), Col("保険記号", "sym"),
         Col("保険番号", "num"), Col("保険枝番", "branch"), Col("社員番号", "emp"), Col("健診機関番号", "org_no")]
    for h, k, j in (("身長", "ht", ""), ("体重", "wt", ""), ("ＢＭＩ", "bmi", "body"), ("腹囲", "waist", ""), ("平均 収縮期", "sbpm", ""), ("平均 拡張期", "dbpm", "bp"), ("裸眼右", "vr", ""), ("裸眼左", "vl", ""),
                    ("矯正右", "vcr", ""), ("矯正左", "vcl", "eye")):
        c.append(Col(h, k, n))
        if j:
            c.append(C_judge("dock", j, "判定"))
    c += [Col("聴力 右1000Hz", "h1r", text_answer), Col("聴力 右4000Hz", "h4r", text_answer), Col("聴力 左1000Hz", "h1l", text_answer), Col("聴力 左4000Hz", "h4l", text_answer), C_judge("dock", "ear", "判定"),
          Col("尿蛋白", "up", qual(0), table="qualitative"), Col("尿糖", "us", qual(0), table="qualitative"), Col("尿潜血", "ub", qual(0), table="qualitative"), C_judge("dock", "urine", "判定")]
    for h, k, j in (("白血球数", "wbc", ""), ("赤血球数", "rbc", ""), ("血色素量", "hb", ""), ("ヘマトクリット", "hct", ""), ("血小板数", "plt", "cbc"), ("AST（GOT）", "ast", ""), ("ALT（GPT）", "alt", ""), ("γ-GTP", "ggt", "liver"),
                    ("総コレステロール", "tc", ""), ("HDLコレステロール", "hdl", ""), ("LDLコレステロール（F式）", "ldlf", ""), ("non-HDLコレステロール", "nhdl", ""), ("中性脂肪", "tg", "lipid"), ("クレアチニン", "cr", ""), ("eGFR", "egfr", "kidney"),
                    ("尿酸", "ua", "ua"), ("空腹時血糖", "glu", ""), ("HbA1c（NGSP)", "a1c", "glu")):
        c.append(Col(h, k, n))
        if j:
            c.append(C_judge("dock", j, "判定"))
    c += [Col("安静時心電図所見", "ecg", terms("ecg", 0, spell=False), table="terms:ecg"), C_judge("dock", "ecg", "判定"), Col("胸部Ｘ線所見", "cxr", terms("cxr", 0, spell=False), table="terms:cxr"), C_judge("dock", "cxr", "判定"),
          Col("既往歴", "hist", terms("hist", 2, spell=False), table="terms:hist"), Col("自覚症状", "subj", terms("subj", 2, spell=False), table="terms:subj"), Col("他覚症状", "obj", terms("obj", 2, spell=False), table="terms:obj"),
          Col("業務歴", "work"), C_code("採血時間", "stime", "stime")]
    c += [C_q("質問%d" % i, i, "text") for i in range(1, 23)]
    c += [Col("メタボリックシンドローム判定", "metabo"), Col("保健指導区分", "level"), C_judge("dock", "all", "総合判定"), Col("医師の意見", "comment"), Col("医師名", "doctor")]
    return c


def paper_columns():
    k = [("HEALTH_EXAMINATION_ORGANIZATION_NO", "org_no", "健診機関番号", plain), ("HEALTH_EXAMINATION_ORGANIZATION_NAME", "org", "健診機関名", plain), ("NAME_FULL", "name", "氏名", name("　")),
         ("NAME_KANA", "kana", "カナ氏名", kana(False)), ("POSTALCODE", "post", "郵便番号", plain), ("ADDRESS", "addr", "住所", plain), ("HEALTH_EXAMINATION_DATE", "exam", "受診日", day("hyphen")),
         ("BIRTHDAY", "birth", "生年月日", day("hyphen")), ("GENDER", "sex", "性別", sex("12")), ("INSURER_NUMBER", "ins", "保険者番号", plain), ("INSURANCE_CARD_SYMBOL", "sym", "記号", plain),
         ("INSURANCE_CARD_NUMBER", "num", "番号", plain)]
    c = [Col(a, b, f, head2=l) for a, b, l, f in k]
    for x in c:
        x.table = "sex:12" if x.key == "sex" else ""
    for key in ("ht", "wt", "bmi", "waist", "sbp", "dbp", "stime", "tg", "hdl", "ldl", "nhdl", "ast", "alt", "ggt", "glu", "a1c", "us", "up", "ub", "hct", "hb", "rbc", "cr", "egfr", "ua", "ecg_p", "ecg", "cxr_p", "cxr",
                "hist_p", "hist", "subj_p", "subj", "obj_p", "obj", "fob1", "fob2"):
        n, code, _ = ITEMS[key]
        if key == "cr":
            code = "3C015000002399901"
        if key == "stime":
            x = C_code(code, key, "stime")
        elif key in ("us", "up", "ub"):
            x = Col(code, key, codes(list(QUAL)), table="urine")
        elif key in ("fob1", "fob2"):
            x = Col(code, key, codes(["陽性", "陰性"]), table="posneg12")
        elif key in ("ecg_p", "cxr_p"):
            x = C_code(code, key, "presence")
        elif key in ("hist_p", "subj_p", "obj_p"):
            x = C_code(code, key, "remark")
        elif key in TERMS:
            x = Col(code, key, terms(key, None, spell=False), table="terms:" + key)
        else:
            x = Col(code, key, num())
        x.head2 = n
        c.append(x)

    def switch(n, old):
        key = "q%d" % n

        def f(v, rng, p):
            if not v:
                return ""
            if p["exam"] < "20240401":
                return (str(old.index(v) + 1), v, "", "answer list in force before 2024-04-01, chosen by the examination date")
            return (str(Q_LISTS[key].index(v) + 1), v, "", "answer list in force from 2024-04-01, chosen by the examination date")
        return f
    for i in range(1, 23):
        x = C_q(ITEMS["q%d" % i][1], i)
        if i in (8, 18, 19):
            x.fn = switch(i, {8: YN, 18: DRINK3, 19: AMOUNT3}[i])
            x.note = "answer list depends on the examination date"
            x.table = "answers:q%d" % i
        if i == 16:
            x.note = "asked from 2024-04-01 as before"
        x.head2 = ITEMS["q%d" % i][0]
        c.append(x)
    x = C_code(ITEMS["metabo"][1], "metabo", "metabo")
    x.head2 = "メタボ判定"
    c.append(x)
    x = C_code(ITEMS["level"][1], "level", "level")
    x.head2 = "保健指導レベル"
    c.append(x)
    c += [Col(ITEMS["comment"][1], "comment", head2="医師の診断"), Col(ITEMS["doctor"][1], "doctor", head2="医師名")]
    return c


def paper_exam(rng, r):
    return ["20240328", "20240329", "20240331", "20240401", "20240402", "20240405"][r % 6]


def paper_filter(p, rng, r):
    """Before 2024-04-01 smoking, drinking and amount had other lists."""
    if p["exam"] < "20240401":
        p["q22"] = ""  # this question was asked in another form before
        if p["q8"] == SMOKE[1]:
            p["q8"] = "いいえ"
        i = DRINK.index(p["q18"])
        p["q18"] = DRINK3[0] if i == 0 else DRINK3[1] if i < 5 else DRINK3[2]
        p["q19"] = "" if p["q18"] == DRINK3[2] else AMOUNT3[min(3, AMOUNT.index(p["q19"]))] if p["q19"] in AMOUNT else AMOUNT3[0]
        derive(p)


def one_reading(p, rng, r):
    p["sbp2"], p["dbp2"] = p["sbp"], p["dbp"]


def optional_missing(p, rng, r):
    """A few optional examinations were not done or gave nothing."""
    for keys, q in ((("iopr", "iopl"), 0.12), (("cea",), 0.1), (("afp",), 0.08), (("ca19",), 0.08), (("fvc", "fev", "fevr", "pvc"), 0.12), (("ferr",), 0.1), (("bmd",), 0.1)):
        x = rng.random()
        if x < q:
            for k in keys:
                p[k] = ND if x < q * 0.7 else UNM
    if rng.random() < 0.06:
        p["crp"] = UNM
    if p.get("psa") and rng.random() < 0.15:
        p["psa"] = "0.1未満" if rng.random() < 0.5 else "100以上"
    if r % 9 == 4:
        p["usg"] = "1.005以下"


TABLES_URINE = {"urine": {str(i): s for i, s in enumerate(QUAL, 1)}, "posneg12": {"1": "陽性", "2": "陰性"}, "rhraw": {"+": "＋", "(+)": "＋", "-": "－", "(-)": "－"},
                "answers:q8": {"1 (from 2024-04-01)": SMOKE[0], "2 (from 2024-04-01)": SMOKE[1], "3 (from 2024-04-01)": SMOKE[2], "1 (before)": "はい", "2 (before)": "いいえ"},
                "answers:q18": dict([("%d (from 2024-04-01)" % i, s) for i, s in enumerate(DRINK, 1)] + [("%d (before)" % i, s) for i, s in enumerate(DRINK3, 1)]),
                "answers:q19": dict([("%d (from 2024-04-01)" % i, s) for i, s in enumerate(AMOUNT, 1)] + [("%d (before)" % i, s) for i, s in enumerate(AMOUNT3, 1)])}


def h_set(**kw):
    def f(p):
        p.update(kw)
        derive(p)
    return f


def h_obesity(percent):
    def f(p):
        h = float(p["ht"])
        p["wt"] = f1(22 * h * h / 10000 * (1 + percent / 100.0))
        derive(p)
    return f


def h_blood(hb):
    def f(p):
        blood(p, hb)
        derive(p)
    return f


LONG_TERMS = "、".join(["完全右脚ブロック", "左室肥大の疑い", "上室期外収縮", "心室期外収縮", "房室ブロックⅠ度", "反時計回転", "時計回転", "左軸偏位", "不完全右脚ブロック", "洞徐脈", "QT延長", "ST-T異常"] * 4)


def cut_terms(s, limit=512):
    out = []
    size = 0
    for t in s.split("、"):
        n = len(enc932(t)) + (2 if out else 0)
        if size + n > limit:
            break
        out.append(t)
        size += n
    return "、".join(out)


def public_files():
    files = []
    reg = CENTRES["regional"]
    files.append(File("s1_regional_286.csv", regional_columns(0.04), reg, heads=2, rows=30, filters=optional_missing, note="clean"))
    hosp = [
        (2, "コメント#1", "要再検　\"至急\"連絡のこと\r\n電話済、\r\n次回は3か月後", "要再検　\"至急\"連絡のこと\r\n電話済、\r\n次回は3か月後", "", "comment with doubled quotes, comma and line breaks inside a quoted field: one field, one record"),
        (3, "血糖#1", "５１２", "512", "P", "panic value (glucose >= 500) written in full-width digits"),
        (4, "中性脂肪#1", "５２０", "520", "W-CORRELATION#5", "TG >= 400 while LDL is present: non-HDL expected", "tg"),
        (5, "ＢＭＩ#1", "32.9", "32.9", "W-CORRELATION#3", "BMI does not agree with height and weight; the value is passed on unchanged"),
        (6, "血圧１低#1", "165", "", "E-CORRELATION#2", "diastolic pressure above the systolic one: person held back"),
        (7, "性別#1", "3", "", "E-SEX", "sex code outside the table"),
        (8, "保険者番号#1", "6990014", "", "E-INSURER-DIGITS", "seven digits: the leading zero was lost; must not be repaired by guessing"),
        (9, "受診日（西暦）#1", "20240931", "", "E-DATE", "31 September does not exist"),
        (10, "受診日（西暦）#1", "20990401", "", "E-DATE-FUTURE", "examination date far in the future"),
        (11, "生年月日#1", "20250101", "", "E-BIRTH>EXAM", "born after the examination"),
        (12, "漢字氏名#1", "", "", "E-KEY-MISSING", "no name (kana blank too)"),
        (12, "カナ氏名#1", "", "", "E-KEY-MISSING", "no name (kanji blank too)"),
        (13, "AST#1", "2O", "", "E-VALUE-TYPE", "letter O instead of zero in a numeric item"),
        (14, "UA#1", "356μmol/L", "", "E-UNIT", "unit differs from the item's unit and no factor is declared"),
        (15, "判定#4", "Ｃ３", "", "E-JUDGEMENT-UNKNOWN", "letter not in this file's judgement table: never guessed", "j_body"),
        (16, "安静心電図１#1", "右室ひずみ様変化", "", "W-TERM-UNMAPPED", "term unknown to the dictionary: original kept, standard column empty", "ecg"),
        (18, "身長#1", "９９．０", "99.0", "W-RANGE-LOW", "below the input range 100-250; full-width digits (the BMI check also warns)"),
        (19, "腹囲#1", "86.25", "86.25", "W-DECIMALS", "more decimals than the format NNN.N: warned, not rounded silently"),
        (20, "安静心電図１#1", LONG_TERMS, cut_terms(LONG_TERMS), "W-LEN", "joined terms exceed 512 bytes: whole trailing terms dropped, none cut", "ecg"),
        (22, None, None, "", "W-DUP-ROW", "row 22 repeats row 21 byte for byte: output once"),
        (24, "体重#1", "99.9", "", "E-AMBIGUOUS", "same person and date as row 23, other weight: both held, not ours to choose (another E code is acceptable)"),
        (23, "体重#1", None, "", "E-AMBIGUOUS", "same person and date as row 24, other weight: both held"),
        (25, "質問票18#1", "9", "", "E-CODE-UNKNOWN", "answer code 9 is in no list"),
        (26, "D-BIL#1", "2.9", "", "E-CORRELATION#12", "direct bilirubin above total bilirubin"),
        (27, "保険者番号#1", "06990010", "06990010", "W-CHECK-DIGIT", "check digit of the insurer number is wrong: warning only"),
        (28, "血小板#1", "28", "2.8", "P", "28 x10*3/uL = 2.8 x10*4/mm3 (= 28 x10*9/L): panic value after unit conversion; the format NNN also draws W-DECIMALS"),
        (29, "ALP#1", "268", "268", "W-CORRELATION#8", "ALP declared as IFCC but plausible only as JSCC"),
        (30, "TSH#1", "<0.01", "0.01未満", "W-COMPARATOR", "comparator form"),
        (30, "K#1", "６．４", "6.4", "P", "panic value (K >= 6.0) in full-width digits"),
    ]
    f2_ = File("s2_hospital_1075.csv", hospital_columns(0.03), CENTRES["hospital"], rows=30, filters=optional_missing, plants=hosp, dup=((22, 21), (24, 23)),
               hooks={4: h_set(tg="520"), 16: h_set(ecg=""), 20: h_set(ecg=""), 3: h_set(glu="512", a1c="12.4"), 19: h_set(waist="86.25")}, tables=TABLES_URINE,
               joins=(("ecg", ["安静心電図１#1", "安静心電図２#1", "安静心電図３#1", "安静心電図４#1"]), ("cxr", ["胸部Ｘ線１#1", "胸部Ｘ線２#1", "胸部Ｘ線３#1", "胸部Ｘ線４#1"]),
                      ("ugi", ["胃部Ｘ線１#1", "胃部Ｘ線２#1", "胃部Ｘ線３#1", "胃部Ｘ線４#1"])), note="defects")
    files.append(f2_)
    cl = [
        (3, "生年月日(和暦)#1", "昭和64年1月8日", "", "E-DATE", "Showa ended on 64.1.7: not a date of that era (19890108 with a warning is acceptable, silence is not)"),
        (5, "健診日#1", "R6.2.30", "", "E-DATE", "30 February"),
        (7, "生年月日(和暦)#1", "55.4.1", "", "E-DATE", "two-digit year without era: refused, not guessed"),
        (9, "生年月日(和暦)#1", "Ｓ４５．３．１", "19700301", "", "full-width era letter and digits"),
        (11, "健診日#1", "令和 6年 7月 1日", "20240701", "", "blanks inside an era date"),
        (13, "空腹時血糖#1", "5.4mmol/L", "", "E-UNIT", "other unit than declared"),
        (15, "尿蛋白#1", "?", "", "E-CODE-UNKNOWN", "no entry in the qualitative table"),
        (16, "胸部所見#1", "異常なし", "所見なし", "", "no-finding word fills the presence item", "cxr_p"),
        (18, "備考#1", "再採血のため後日来院\n(2回目は 9:30)\n\"絶食\"を説明", "再採血のため後日来院\n(2回目は 9:30)\n\"絶食\"を説明", "", "line feeds and quotes inside a field"),
        (20, "身長(cm)#1", "1米65", "", "E-VALUE-TYPE", "text in a numeric item"),
        (21, "住所#1", "見本県𠮷野郡仮名町", "見本県〓野郡仮名町", "W-GAIJI", "𠮷 has no CP932 form: 〓 in the standard column, original kept"),
        (22, "HbA1c(NGSP)#1", "６・２", "", "E-VALUE-TYPE", "middle dot is not a decimal point"),
        (23, "血圧(上)#1", "測定不能", "測定不能", "W-UNMEASURABLE", "unmeasurable word"),
        (23, "血圧(下)#1", "測定不能", "測定不能", "W-UNMEASURABLE", "unmeasurable word"),
    ]
    files.append(File("s3_clinic_era_utf8.csv", clinic_columns(), CENTRES["clinic"], encode="utf-8", bom=b"\xef\xbb\xbf", rows=26, filters=optional_missing, plants=cl,
                      hooks={16: h_set(cxr=""), 9: h_set(birth="19700301"), 11: h_set(exam="20240701")}, note="defects"))
    files.append(File("s4_city_abc.csv", city_columns(), CENTRES["city"], rows=30, quoting="all", filters=one_reading, note="clean"))
    files.append("JMA")
    files.append(File("s6_paper_jlac_utf8.csv", paper_columns(), CENTRES["paper"], encode="utf-8", bom=b"\xef\xbb\xbf", heads=2, rows=30, exam=paper_exam, filters=paper_filter,
                      tables=TABLES_URINE, fy=2024, note="clean"))
    rg = [
        (1, "最低血圧（１回）#1", "１３８", "", "E-CORRELATION#2", "pressures swapped (１３８ under 88)", "dbp"),
        (1, "最高血圧（１回）#1", "８８", "", "E-CORRELATION#2", "pressures swapped", "sbp"),
        (3, "氏名#1", "\ue000見本　花子", "〓見本　花子", "W-GAIJI", "user-defined character F040: 〓 in the standard column, original kept"),
        (5, "尿糖#1", "4+", "＋＋＋", "", "4+ folds into the top class, original kept"),
        (5, "尿蛋白#1", "＋－", "±", "", "written as two full-width signs"),
        (4, "尿潜血#1", "‐", "", "E-CODE-UNKNOWN", "U+2010 hyphen is another character than - and －: not in this file's table"),
        (6, "CRP#1", "０．１未満", "0.1未満", "W-COMPARATOR", "full-width comparator"),
        (2, "PSA#1", "100以上", "100以上", "W-COMPARATOR", "comparator with a word"),
        (7, "婦人科診察所見#1", "子宮筋腫", "", "E-CORRELATION#14", "finding of a sex-specific examination for a man (W also acceptable)"),
        (8, "HbA1c（N)#1", "１２．１", "12.1", "", "high but no panic rule; full-width digits"),
        (9, "ヘモグロビン#1", "4.8", "4.8", "P", "panic value (Hb <= 5); blood counts agree with it"),
        (10, "受診日#1", "", "", "E-KEY-MISSING", "no examination date"),
        (11, "総合判定#1", "ｂ", "", "E-JUDGEMENT-UNKNOWN", "small full-width letter is not in the table and is not folded by guess"),
        (12, "胸部X線検査#1", "胸膜肥厚/石灰化影", "胸膜肥厚、石灰化影", "", "slash separates terms in this file's map rule", "cxr"),
        (14, "随時血糖#1", "118", "", "W-CORRELATION#4", "casual glucose beside a fasting one and sampling time code 2 (E also acceptable)"),
        (15, "好中球#1", "38.0", "38.0", "W-CORRELATION#10", "white cell differential no longer sums to 100"),
        (16, "腹囲#1", "３０５", "305", "W-RANGE-HIGH", "beyond the input range 40-250"),
        (18, "聴力（右）1000Hz#1", "", "", "W-CORRELATION#17", "right ear missing, left ear present"),
        (19, "カナ氏名#1", "ﾐﾎﾝ ｳﾞｧｲｵﾚｯﾄ", "ミホン　ヴァイオレット", "", "half-width ｳﾞ composes to ヴ"),
        (20, "保険者番号#1", "０６９９００１４", "06990014", "", "full-width insurer number with its leading zero"),
        (21, "19.飲酒量(R06)#1", "2", "1～2合未満", "W-CORRELATION#20", "amount given although the person does not drink"),
        (22, "eGFR#1", "12.0", "12.0", "W-CORRELATION#13", "eGFR does not follow from age, sex and creatinine"),
    ]
    rows7 = {1: h_set(sbp="138", dbp="88", sbp2="136", dbp2="86"), 2: lambda p: male(p, psa="100以上"), 7: lambda p: male(p), 16: h_set(waist="305"), 8: h_set(a1c="12.1"), 9: h_blood(4.8), 12: h_set(cxr=""), 21: lambda p: no_drink(p),
             14: h_set(stime="食後10時間以上"), 20: lambda p: p.update(ins="06990014", sym="123", num="4567")}
    ins = check_digit("0699001")
    rg = [tuple((fw(ins) if x == "０６９９００１４" else ins if x == "06990014" else x) for x in t) for t in rg]
    rows7[20] = lambda p: p.update(ins=ins, sym="123", num="4567")
    files.append(File("s7_regional_286_defects.csv", regional_columns(0.06), reg, heads=2, rows=24, filters=optional_missing, plants=rg, hooks=rows7, note="defects"))
    files[-1].extra_tables = [("rule", "/", "separator of finding terms beside 、")]
    for f in files:
        if getattr(f, "fname", "") == "s2_hospital_1075.csv":
            f.plants = [tuple((ins[1:] if x == "6990014" else ins[:-1] + str((int(ins[-1]) + 3) % 10) if x == "06990010" else x) for x in t) for t in f.plants]
    changed = clinic_columns()
    for x in changed:
        if x.name == "GOT":
            x.name = "AST(GOT)"
    files.append(File("s8_clinic_header_changed_utf8.csv", changed, CENTRES["clinic"], encode="utf-8", bom=b"\xef\xbb\xbf", rows=20, declared=clinic_columns(), file_class="F-HEADER-HASH",
                      file_why="declared layout is that of s3 (header GOT); the file says AST(GOT): layout change reported before any row is converted, nothing delivered", note="defects"))
    return files


def male(p, **kw):
    if p["sexn"] == 2:
        p["sexn"], p["sex"] = 1, "男性"
        for k in ("gyn", "bus_r", "bus_l", "mmg_r", "mmg_l", "cyt_n", "cyt_b", "ca125"):
            p[k] = ""
        p.pop("j_breast", None)
        p.pop("j_gyn", None)
    p.update(kw)
    derive(p)


def no_drink(p):
    p["q18"], p["q19"] = "飲まない(飲めない)", ""


JMA_NAME = "KENSADATA_2024101509.csv"
JMA_HOOKS = {4: h_set(glu="48"), 12: lambda p: p.update(crp="0.1未満"), 16: lambda p: p.update(cea="100以上"), 18: lambda p: p.update(cea="2.1"), 7: lambda p: p.update(crp="0.2"),
             9: lambda p: p.update(crp="0.2"), 11: lambda p: p.update(cea="1.9"), 13: lambda p: p.update(crp=UNM), 14: lambda p: p.update(cea=ND), 20: lambda p: p.update(cea="2.4")}
JMA_PLANTS = [
    (4, "glu", None, "48", "48", "P", "panic value (glucose <= 50)"),
    (7, "crp", {2: "0"}, "0.2", "", "E-NOTDONE-VALUE", "state 0 (not done) with a result"),
    (9, "crp", {2: "2"}, "0.2", "", "E-UNMEASURABLE-VALUE", "state 2 (unmeasurable) with a result"),
    (11, "cea", {5: ""}, "", "", "E-DONE-EMPTY", "state 1 with an empty result (the layout's own rule takes it as not done: W-NOTDONE-WORD with no value is acceptable, silence is not)"),
    (15, "a1c", {0: "3D045000001906202"}, "", "", "E-CORRELATION#7", "HbA1c under a JDS code (3D045...) after 2013-04-01"),
    (17, "ast", {0: "3B03500000232720"}, "", "", "E-CODE-UNKNOWN", "item code has 16 digits"),
    (18, "cea", {5: "abc"}, "abc", "", "E-VALUE-TYPE", "text in a numeric item"),
    (19, "head", {9: "S640108"}, "S640108", "", "E-DATE", "the Showa era ended on 64.1.7", "birth"),
    (20, "cea", {2: "9"}, "", "", "E-CODE-UNKNOWN", "state 9 is not defined"),
    (21, "head", {10: "", 7: ""}, "", "", "E-KEY-MISSING", "no voucher number and no sex: one of them is required", "sex"),
    (22, "alb", {6: "g/L"}, "", "", "E-UNIT", "unit g/L for an item declared in g/dL"),
    (23, "alp", {5: "251"}, "251", "251", "W-CORRELATION#8", "IFCC code, value plausible only as JSCC"),
    (24, "tg", {4: "X"}, "", "", "E-CODE-UNKNOWN", "result form X is not E, L or U"),
]


def main():
    ap = argparse.ArgumentParser(description="Writes the sample result files and what a correct converter makes of them.")
    here = os.path.dirname(os.path.abspath(__file__))
    ap.add_argument("--out", default=here)
    ap.add_argument("--rows", type=int, help="persons per file (planted defects stay in their rows)")
    ap.add_argument("--seed", type=int, default=20240615)
    ap.add_argument("--only", help="write only files whose name begins so")
    ap.add_argument("--no-expectations", action="store_true")
    a = ap.parse_args()
    if (a.rows or a.seed != 20240615) and a.out == here:
        ap.error("give --out another folder when --rows or --seed is changed")
    os.makedirs(a.out, exist_ok=True)
    colfolder = os.path.join(a.out, "columns")
    os.makedirs(colfolder, exist_ok=True)
    real = []
    for f in public_files():
        fname = JMA_NAME if f == "JMA" else f.fname
        if a.only and not fname.startswith(a.only):
            continue
        ex = None if a.no_expectations else []
        if f == "JMA":
            write_jma(fname, a.out, a.rows, a.seed, CENTRES["jma"], 28, JMA_PLANTS, JMA_HOOKS, ex)
        else:
            f.write(a.out, a.rows, a.seed, ex)
            write_columns(f, colfolder)
            real.append(f)
        if ex is not None:
            n = write_expect(ex, a.out, fname)
            print("%-40s %9d bytes %5d expectations" % (fname, os.path.getsize(os.path.join(a.out, fname)), n))
    if not a.only:
        write_tables(real, colfolder)
        write_layouts(real, [JMA_NAME], colfolder)


if __name__ == "__main__":
    main()
