#!/usr/bin/env bash
# SPDX-FileCopyrightText: The Sekisho authors
# SPDX-License-Identifier: Apache-2.0
# Formats the C++ sources in place, or with --check only says which differ. Needs clang-format-16.
set -euo pipefail
cd "$(dirname "$0")/.."
mode=(-i)
[ "${1:-}" = "--check" ] && mode=(--dry-run -Werror)
git ls-files '*.cc' '*.h' | xargs clang-format-16 "${mode[@]}"
