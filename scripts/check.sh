#!/usr/bin/env bash
# SPDX-FileCopyrightText: The Sekisho authors
# SPDX-License-Identifier: Apache-2.0
# What to run before every commit: lints first, then build and the quick tests.
set -euo pipefail
cd "$(dirname "$0")/.."
python3 scripts/check_levels.py
python3 scripts/check_coroutines.py
python3 scripts/check_messages.py
scripts/build release
exec ctest --test-dir build/release --output-on-failure --parallel "$(nproc)" --label-exclude e2e
