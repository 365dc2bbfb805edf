#!/usr/bin/env bash
# SPDX-FileCopyrightText: The Sekisho authors
# SPDX-License-Identifier: Apache-2.0
# Formats the C++ sources in place, or with --check only says which differ. Needs clang-format-16; --check
# without it exits with 77, which CTest takes for skipped. Usage: scripts/format.sh [--check] [folder …]
set -euo pipefail
cd "$(dirname "$0")/.."
mode=(-i)
if [ "${1:-}" = "--check" ]; then
  mode=(--dry-run -Werror)
  shift
fi
if ! command -v clang-format-16 >/dev/null; then
  echo "clang-format-16 is not installed (Debian package clang-format-16)"
  exit 77
fi
[ $# -gt 0 ] || set -- consensus converter node storage tests
find "$@" \( -name '*.cc' -o -name '*.h' \) -print0 | sort -z | xargs -0 clang-format-16 "${mode[@]}"
