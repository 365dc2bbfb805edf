// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/conversion/job.h"

#include <gtest/gtest.h>

#include "node/base/rng.h"
#include "node/crypto/commitment.h"
#include "tests/unit/conversion/sample.h"

namespace sekisho::conversion {
namespace {

using crypto::test::Party;
using test::sample;

// The same envelope, its outermost length spelled as streaming writers do: another blob id.
Bytes reencoded(BytesView envelope) {
  const auto length_bytes = static_cast<unsigned char>(envelope[1]) & 0x7fu;
  Bytes other("\x30\x80", 2);
  other.append(envelope.substr(2 + length_bytes));
  return other.append(2, '\0');
}

class JobTest : public ::testing::Test {
 protected:
  JobTest() {
    exchange_.map_digest = crypto::sha256(sample().map);
    exchange_.sender = "kenshin-a";
    exchange_.receiver = "hoken-a";
    exchange_.exchange_id = id_of(exchange_);
    exchange_.offered_ms = test::kOfferedMs;
    exchange_.allow_partial = true;
    exchange_.input.commitment = crypto::commitment(sample().salt, sample().file);
  }
  // As the sealer of the sample makes it.
  Id16 id_of(const state::Exchange& exchange) const {
    return crypto::exchange_id(
        sample().salt, {chain_id_, exchange.map_digest, exchange.sender, exchange.receiver});
  }
  JobResult run(BytesView envelope) {
    const JobInput input{chain_id_,
                         exchange_,
                         envelope,
                         sample().converter.key,
                         sample().converter.certificate,
                         map_,
                         *test::catalogs().find("example-kenshin-1"),
                         sample().receiver.certificate,
                         sample().sender.certificate,
                         insurer_number_,
                         *files_,
                         scanner_};
    auto result = run_job(input, rng_);
    EXPECT_TRUE(result) << result.error().to_string();
    return std::move(*result);
  }
  JobResult run() { return run(sample().seal(sample().file, sample().converter)); }

  struct Opened {
    Secret entity;
    crypto::MimeEntity parts;
  };
  static Opened open(const SealedFile& file, const Party& party) {
    Opened opened;
    auto entity = crypto::open_envelope(file.envelope, party.key, party.certificate);
    EXPECT_TRUE(entity) << entity.error().to_string();
    opened.entity = std::move(*entity);
    opened.parts = crypto::parse_mime_entity(opened.entity.view()).value();
    EXPECT_EQ(file.blob_id, crypto::sha256(file.envelope));
    EXPECT_EQ(file.commitment, crypto::commitment(opened.parts.salt, opened.parts.body));
    return opened;
  }
  static bool opens(const SealedFile& file, const Party& party) {
    return crypto::open_envelope(file.envelope, party.key, party.certificate).has_value();
  }
  // No output, and a report that only the sender can open and that names the code.
  void expect_failure(const JobResult& result, const std::string& code) {
    EXPECT_EQ(result.failure_code, code);
    EXPECT_FALSE(result.output);
    ASSERT_TRUE(result.report);
    EXPECT_FALSE(opens(*result.report, sample().receiver));
    const auto report = open(*result.report, sample().sender);
    EXPECT_NE(report.parts.body.find(code), BytesView::npos);
    EXPECT_EQ(result.evidence.persons_out(), 0u);
    EXPECT_EQ(result.evidence.counts(0).code(), code);
  }

  SeededRng rng_{11};
  Digest chain_id_ = crypto::sha256("chain");
  state::Exchange exchange_;
  Bytes map_ = sample().map;
  std::optional<std::string> insurer_number_;
  sandbox::LocalConverter local_;
  sandbox::FileConverter* files_ = &local_;
  std::string scanner_;
};

TEST_F(JobTest, AnInsurerGetsItsOwnPersonsOnly) {
  const auto everybody = run().evidence;
  insurer_number_ = test::kInsurerNumber;
  const auto result = run();
  ASSERT_TRUE(result.output);
  EXPECT_LE(result.evidence.persons_out(), 6u);
  EXPECT_GT(result.evidence.persons_out(), 0u);
  EXPECT_EQ(result.evidence.persons_in(), everybody.persons_in());
  const auto opened = open(*result.output, sample().receiver);
  const Bytes output(opened.parts.body);
  for (const char* other : {"01990019", "06990022", "31990013", "990010", "990028", "39991013"}) {
    EXPECT_NE(sample().file.find(other), Bytes::npos) << other;
    EXPECT_EQ(output.find(other), Bytes::npos) << other;
  }
  const auto report = open(*result.report, sample().sender);
  EXPECT_NE(report.parts.body.find("01990019"), BytesView::npos);
  EXPECT_NE(report.parts.body.find("E-RECEIVER-MISMATCH"), BytesView::npos);
}

TEST_F(JobTest, AnInsurerNobodyInTheFileBelongsToGetsNothing) {
  insurer_number_ = "32990010";
  const auto result = run();
  EXPECT_FALSE(result.output);
  EXPECT_EQ(result.failure_code, "E-HELD");
}

TEST_F(JobTest, AnInsurerWithoutANumberGetsNothing) {
  insurer_number_ = "";
  expect_failure(run(), "F-RECEIVER-NUMBER");
}

TEST(InsurerNumberTest, OfWhoInsuresTheFilesPersons) {
  state::Member member;
  member.kind = v1::INSURER;
  member.number = "06990014";
  EXPECT_EQ(insurer_number_of(member), "06990014");
  member.number = "";
  EXPECT_EQ(insurer_number_of(member), "") << "an insurer is never without the guard";
  member.kind = v1::MUNICIPALITY;
  EXPECT_EQ(insurer_number_of(member), std::nullopt);
  member.number = "99001";
  EXPECT_EQ(insurer_number_of(member), std::nullopt) << "a municipal code";
  member.number = "990010";
  EXPECT_EQ(insurer_number_of(member), "990010");
  member.kind = v1::INSTITUTION;
  member.number = "9910000059";
  EXPECT_EQ(insurer_number_of(member), std::nullopt);
}

TEST_F(JobTest, AGoodFileReachesTheReceiver) {
  const auto result = run();
  EXPECT_EQ(result.failure_code, "");
  ASSERT_TRUE(result.output);
  EXPECT_FALSE(opens(*result.output, sample().sender));
  EXPECT_FALSE(opens(*result.output, sample().converter));
  const auto output = open(*result.output, sample().receiver);
  EXPECT_EQ(output.parts.file_name, "結果_標準.csv");
  EXPECT_EQ(output.parts.content_type, "text/csv; charset=Shift_JIS");
  EXPECT_GT(output.parts.body.size(), 1000u);
}

// What design.md 6.1 promises: whoever knows the input can check the output's commitment.
TEST_F(JobTest, TheOutputsSaltFollowsFromTheInputs) {
  const auto result = run();
  const auto output = open(*result.output, sample().receiver);
  EXPECT_EQ(output.parts.salt, crypto::output_salt(sample().salt, exchange_.exchange_id));
  EXPECT_NE(output.parts.salt, sample().salt);
}

TEST_F(JobTest, ConversionIsAFunctionOfItsInput) {
  const auto first = run();
  const auto second = run();
  EXPECT_EQ(first.output->commitment, second.output->commitment);
  EXPECT_NE(first.output->blob_id, second.output->blob_id) << "sealed afresh each time";
  EXPECT_EQ(first.evidence.SerializeAsString(), second.evidence.SerializeAsString());
}

TEST_F(JobTest, EvidenceNamesWhatItWasMadeFrom) {
  const auto evidence = run().evidence;
  EXPECT_EQ(evidence.map_digest(), crypto::sha256(map_).view());
  EXPECT_EQ(evidence.catalog_digest(),
            test::catalogs().find("example-kenshin-1")->definition.digest.view());
  EXPECT_EQ(evidence.input_commitment(), exchange_.input.commitment.view());
  EXPECT_EQ(evidence.persons_in(), evidence.persons_out() + evidence.persons_held());
  EXPECT_GT(evidence.persons_out(), 0u);
}

TEST_F(JobTest, MessagesReachTheSenderOnly) {
  const auto result = run();
  ASSERT_TRUE(result.report);
  EXPECT_FALSE(opens(*result.report, sample().receiver));
  EXPECT_EQ(open(*result.report, sample().sender).parts.file_name, "結果_確認リスト.csv");
}

TEST_F(JobTest, WithoutPartialDeliveryOneErrorHoldsEverythingBack) {
  ASSERT_GT(run().evidence.persons_held(), 0u) << "the sample has a person with an error";
  exchange_.allow_partial = false;
  const auto result = run();
  EXPECT_FALSE(result.output);
  EXPECT_EQ(result.failure_code, "E-HELD");
  EXPECT_EQ(result.evidence.persons_out(), 0u);
}

TEST_F(JobTest, AnEnvelopeForSomebodyElse) {
  expect_failure(run(sample().seal(sample().file, sample().receiver)), "F-ENVELOPE");
}

TEST_F(JobTest, ATamperedEnvelope) {
  Bytes envelope = sample().seal(sample().file, sample().converter);
  envelope[envelope.size() / 2] ^= 1;
  expect_failure(run(envelope), "F-ENVELOPE");
  expect_failure(run("no envelope"), "F-ENVELOPE");
}

TEST_F(JobTest, AnEnvelopeWithoutAMimeEntity) {
  const auto sealed = crypto::seal_envelope("just bytes", {&sample().converter.certificate, 1});
  expect_failure(run(*sealed), "F-ENVELOPE");
}

TEST_F(JobTest, AnotherFileThanTheLedgerKnows) {
  expect_failure(run(sample().seal(sample().file + "\r\n", sample().converter)), "F-COMMITMENT");
}

// The converter would otherwise open for anybody what somebody sealed for it: the bytes around the
// ciphertext can be changed, and the commitment is public.
TEST_F(JobTest, ReencodedEnvelopeOfAForeignSenderIsNotConverted) {
  const Bytes envelope = reencoded(sample().seal(sample().file, sample().converter));
  ASSERT_TRUE(
      crypto::open_envelope(envelope, sample().converter.key, sample().converter.certificate))
      << "still opens";
  EXPECT_TRUE(run(envelope).output) << "for its own sender, spelling is no matter";
  exchange_.sender = "thief";
  exchange_.receiver = "thief";
  const Id16 stolen = exchange_.exchange_id;
  for (const Id16& id : {stolen, rng_.id16()}) {
    exchange_.exchange_id = id;
    expect_failure(run(envelope), "F-BINDING");
  }
}

TEST_F(JobTest, NeitherReceiverNorMapNorChainCanBeExchanged) {
  const state::Exchange sealed_for = exchange_;
  exchange_.receiver = "hoken-b";
  expect_failure(run(), "F-BINDING");
  exchange_ = sealed_for;
  map_ += "\n";
  exchange_.map_digest = crypto::sha256(map_);
  expect_failure(run(), "F-BINDING");
  exchange_ = sealed_for;
  map_ = sample().map;
  chain_id_ = crypto::sha256("another chain");
  expect_failure(run(), "F-BINDING");
}

TEST_F(JobTest, AMapThatDoesNotLoad) {
  map_ = "not a map";
  expect_failure(run(), "F-MAP-MISSING");
}

// Breaks down a number of times, then works.
class FrailConverter final : public sandbox::FileConverter {
 public:
  explicit FrailConverter(int failures, Code code = Code::kInternal)
      : failures_(failures), code_(code) {}
  Result<sandbox::ConvertedFile> convert(const sandbox::Request& request) override {
    if (failures_-- > 0) return fail(code_, "was ended by signal 9");
    return local_.convert(request);
  }

 private:
  int failures_;
  Code code_;
  sandbox::LocalConverter local_;
};

TEST_F(JobTest, AConversionThatBreaksDownOnceIsTriedAgain) {
  FrailConverter frail(1);
  files_ = &frail;
  EXPECT_TRUE(run().output);
}

TEST_F(JobTest, AConversionThatBreaksDownTwiceIsAFailureWithAReport) {
  FrailConverter frail(2);
  files_ = &frail;
  expect_failure(run(), "F-CONVERTER");
}

TEST_F(JobTest, AConverterThatCannotStartLeavesTheJobForLater) {
  FrailConverter frail(9, Code::kUnavailable);
  files_ = &frail;
  const Bytes envelope = sample().seal(sample().file, sample().converter);
  const JobInput input{chain_id_,
                       exchange_,
                       envelope,
                       sample().converter.key,
                       sample().converter.certificate,
                       map_,
                       *test::catalogs().find("example-kenshin-1"),
                       sample().receiver.certificate,
                       sample().sender.certificate,
                       insurer_number_,
                       *files_,
                       scanner_};
  EXPECT_EQ(run_job(input, rng_).error().code, Code::kUnavailable);
}

TEST_F(JobTest, AFileThatTheMapDoesNotKnow) {
  const Bytes other = "a,b,c\r\n1,2,3\r\n";
  exchange_.input.commitment = crypto::commitment(sample().salt, other);
  const auto result = run(sample().seal(other, sample().converter));
  EXPECT_FALSE(result.output);
  EXPECT_TRUE(result.failure_code.starts_with("F-")) << result.failure_code;
}

TEST_F(JobTest, ALongNameIsCutBetweenCharacters) {
  std::string name;
  while (name.size() < 240) name += "あ";
  const auto result = run(sample().seal(sample().file, sample().converter, name + ".csv"));
  ASSERT_TRUE(result.output);
  EXPECT_TRUE(open(*result.output, sample().receiver).parts.file_name.ends_with("あ_標準.csv"));
}

TEST(DateInJapanTest, TurnsAtMidnightInJapan) {
  constexpr std::uint64_t kNewYear2025Ms = 1'735'657'200'000;  // 2024-12-31T15:00:00Z
  EXPECT_EQ(date_in_japan(kNewYear2025Ms - 1).yyyymmdd, 20241231);
  EXPECT_EQ(date_in_japan(kNewYear2025Ms).yyyymmdd, 20250101);
  EXPECT_EQ(date_in_japan(kNewYear2025Ms + 86'399'999).yyyymmdd, 20250101);
  EXPECT_EQ(date_in_japan(0).yyyymmdd, 19700101);
}

TEST(DateInJapanTest, KnowsLeapDays) {
  constexpr std::uint64_t kLeapDay2024Ms = 1'709'132'400'000;  // 2024-02-28T15:00:00Z
  EXPECT_EQ(date_in_japan(kLeapDay2024Ms).yyyymmdd, 20240229);
  EXPECT_EQ(date_in_japan(kLeapDay2024Ms + 86'400'000).yyyymmdd, 20240301);
}

}  // namespace
}  // namespace sekisho::conversion
