// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/crypto/mime_entity.h"

#include <vector>

#include <gtest/gtest.h>

#include "node/crypto/hash.h"

namespace sekisho::crypto {
namespace {

const Salt kSalt = sha256("salt");

Bytes head(std::string_view name, std::string_view type = "text/csv; charset=Shift_JIS") {
  return make_mime_head(type, name, kSalt).value();
}

TEST(MimeEntityTest, HeadIsExactlyThis) {
  EXPECT_EQ(head("結果 1.csv"),
            "Content-Type: text/csv; charset=Shift_JIS\r\n"
            "Content-Disposition: attachment; filename=\"__ 1.csv\"; "
            "filename*=UTF-8''%E7%B5%90%E6%9E%9C%201.csv\r\n"
            "X-Sekisho-Salt: " +
                kSalt.hex() + "\r\n\r\n");
}

TEST(MimeEntityTest, RoundTrip) {
  const Bytes body("line\r\n\r\n\0binary", 16);
  for (const std::string name :
       {"a.csv", "結果.csv", "it's \"quoted\" 100%.csv", "a;b=c.csv", "𠮷野家.txt", "' x '"}) {
    const Bytes entity = head(name) + body;
    const auto parsed = parse_mime_entity(entity);
    ASSERT_TRUE(parsed.has_value()) << name << parsed.error().to_string();
    EXPECT_EQ(parsed->file_name, name);
    EXPECT_EQ(parsed->content_type, "text/csv; charset=Shift_JIS");
    EXPECT_EQ(parsed->salt, kSalt);
    EXPECT_EQ(parsed->body, body);
  }
}

TEST(MimeEntityTest, EmptyBodyIsAllowed) {
  const Bytes entity = head("a");
  EXPECT_EQ(parse_mime_entity(entity)->body, "");
}

TEST(MimeEntityTest, FileNamesCannotCarryHeadersOrPaths) {
  const std::vector<std::string> bad = {"",
                                        ".",
                                        "..",
                                        "a/b",
                                        "a\\b",
                                        "a\r\nX-Evil: 1",
                                        "a\nb",
                                        "a\tb",
                                        std::string("a\0b", 3),
                                        "a\x7f",
                                        "a\xc2\x85",
                                        "a\xe2\x80\xa8",
                                        "a\xe2\x80\xaegnp.exe",
                                        "a\xff",
                                        "\xc0\xaf",
                                        "\xed\xa0\x80",
                                        std::string(256, 'a')};
  for (const std::string& name : bad) {
    const auto made = make_mime_head("text/csv", name, kSalt);
    ASSERT_FALSE(made.has_value()) << to_hex(name);
    EXPECT_EQ(made.error().code, Code::kInvalidArgument);
  }
  EXPECT_TRUE(make_mime_head("text/csv", std::string(255, 'a'), kSalt).has_value());
}

TEST(MimeEntityTest, ContentTypesCannotCarryHeaders) {
  for (const std::string type :
       {"", "text", "text/", "/csv", "text/csv\r\nX: y", "text/csv;charset=x", "text/csv; charset",
        "text/csv; a=b; ", "text/csv; a=\"b\"", "text / csv"})
    EXPECT_FALSE(make_mime_head(type, "a", kSalt).has_value()) << type;
  for (const std::string type : {"text/csv", "application/octet-stream", "text/csv; a=b; c=d"})
    EXPECT_TRUE(make_mime_head(type, "a", kSalt).has_value()) << type;
}

TEST(MimeEntityTest, OnlyTheExactFormIsRead) {
  const Bytes good = head("a.csv");
  ASSERT_TRUE(parse_mime_entity(good).has_value());
  const auto with = [&good](std::string_view from, std::string_view to) {
    Bytes changed = good;
    return changed.replace(changed.find(from), from.size(), to);
  };
  const std::vector<Bytes> bad = {
      "",
      "\r\n\r\n",
      with("Content-Type", "content-type"),
      with("\r\n", "\n"),
      with("X-Sekisho-Salt", "X-Evil: 1\r\nX-Sekisho-Salt"),
      with("\r\n\r\n", "\r\nX-Evil: 1\r\n\r\n"),
      with("\r\n\r\n", "\r\n"),
      with("filename=\"a.csv\"", "filename=\"b.csv\""),
      with("UTF-8''a.csv", "UTF-8''a%2Ecsv"),
      with("UTF-8''a.csv", "UTF-8''a%"),
      with("UTF-8''a.csv", "UTF-8''a%2"),
      with("UTF-8''a.csv", "UTF-8''a%zz"),
      with("UTF-8''a.csv", "UTF-8''%0d%0aX"),
      with("UTF-8''a.csv", "UTF-8''%2e%2e"),
      with("UTF-8''", "ISO-8859-1''"),
      with(kSalt.hex(), kSalt.hex().substr(1)),
      with(kSalt.hex().substr(0, 8), "ABCDEFAB"),
  };
  for (const Bytes& entity : bad) {
    const auto parsed = parse_mime_entity(entity);
    ASSERT_FALSE(parsed.has_value()) << entity;
    EXPECT_EQ(parsed.error().code, Code::kInvalidArgument);
  }
}

TEST(MimeEntityTest, HeadIsLookedForWithinBoundsOnly) {
  const Bytes endless(1 << 20, 'x');
  EXPECT_FALSE(parse_mime_entity(endless + "\r\n\r\n").has_value());
}

}  // namespace
}  // namespace sekisho::crypto
