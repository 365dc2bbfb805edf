// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
// Runs scenario files: consensus_scenario [--rewrite] FILE...
//
// A file is a list of cases: commands, a line of four dashes, the output expected of them, an empty
// line. Lines that begin with # are comments. README.md beside the files explains the commands.
#include <fstream>
#include <iostream>
#include <string>
#include <utility>
#include <vector>

#include "tests/scenario/consensus_commands.h"

namespace sekisho::consensus::test {
namespace {

// A file split into cases; everything else in it is kept by --rewrite.
struct Case {
  std::string before;  // comments and empty lines
  Words commands;
  std::string expected;
  std::size_t line = 0;
};

std::vector<Case> parse(std::istream& in, std::string& rest) {
  std::vector<Case> cases;
  Case current;
  bool in_output = false;
  std::size_t line_number = 0;
  for (std::string line; std::getline(in, line);) {
    ++line_number;
    if (in_output) {
      if (!line.empty()) {
        current.expected += line + "\n";
        continue;
      }
      cases.push_back(std::move(current));
      current = {};
      in_output = false;
    } else if (line == "----") {
      in_output = true;
    } else if (line.empty() || line.front() == '#') {
      current.before += line + "\n";
    } else {
      if (current.commands.empty()) current.line = line_number;
      current.commands.push_back(line);
    }
  }
  if (in_output) {
    cases.push_back(std::move(current));
  } else {
    rest = current.before;
  }
  return cases;
}

std::string joined(const Words& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

bool run_file(const std::string& path, bool rewrite) {
  std::ifstream in(path);
  std::string rest;
  const std::vector<Case> cases = parse(in, rest);
  if (cases.empty()) {
    std::cout << path << ": no cases found\n";
    return false;
  }
  Scenario scenario;
  bool passed = true;
  std::string rewritten;
  for (const Case& one : cases) {
    std::string output;
    for (const std::string& command : one.commands) scenario.run(command, output);
    rewritten += one.before + joined(one.commands) + "----\n" + output + "\n";
    if (output == one.expected || rewrite) continue;
    passed = false;
    std::cout << path << ":" << one.line << ": differs\n"
              << joined(one.commands) << "---- expected\n"
              << one.expected << "---- got\n"
              << output;
  }
  while (rewritten.size() > 1 && rewritten.substr(rewritten.size() - 2) == "\n\n") {
    rewritten.pop_back();
  }
  if (rewrite) std::ofstream(path) << rewritten << rest;
  return passed;
}

}  // namespace

int run_all(const Words& arguments) {
  const bool rewrite = !arguments.empty() && arguments.front() == "--rewrite";
  std::size_t failed = 0;
  for (std::size_t i = rewrite ? 1 : 0; i < arguments.size(); ++i) {
    if (!run_file(arguments[i], rewrite)) ++failed;
  }
  const std::size_t files = arguments.size() - (rewrite ? 1 : 0);
  std::cout << files - failed << " passed, " << failed << " failed\n";
  return failed == 0 && files > 0 ? 0 : 1;
}

}  // namespace sekisho::consensus::test

int main(int argc, char** argv) {
  return sekisho::consensus::test::run_all({argv + 1, argv + argc});
}
