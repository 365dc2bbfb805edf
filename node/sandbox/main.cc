// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include <cstdio>

#include <unistd.h>

#include "node/base/secret.h"
#include "node/sandbox/child.h"

// sekisho-convert: one conversion for sekisho-node, which starts it with a socket as standard input
// and output. Of no use by hand; `sekisho convert` converts files.
int main(int argc, char**) {
  sekisho::harden_process();
  if (argc != 1 || isatty(STDIN_FILENO) == 1) {
    std::fprintf(stderr, "sekisho-convert is started by sekisho-node; see `sekisho convert`\n");
    return 2;
  }
  _exit(sekisho::sandbox::run_child());
}
