// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace sekisho::sandbox {

// The life of the child process: confine itself, say hello, read the request from kInFd, convert,
// answer on kOutFd. The exit status; anything but 0 tells the node that the conversion broke down.
// Nothing is ever printed: what went wrong may be about persons.
[[nodiscard]] int run_child();

}  // namespace sekisho::sandbox
