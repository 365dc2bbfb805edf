#!/usr/bin/env bash
# SPDX-FileCopyrightText: The Sekisho authors
# SPDX-License-Identifier: Apache-2.0
# Speed of the converter on the hospital layout: bench_convert.sh BUILD_DIR [ROWS] [WORK_DIR]
# Makes the input with the samples' generator when it is not there yet; prints id<TAB>value<TAB>unit.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
build=${1:?usage: bench_convert.sh BUILD_DIR [ROWS] [WORK_DIR]}
rows=${2:-100000}
work=${3:-$build/bench}
file=$work/rows-$rows/s2_hospital_1075.csv
if [ ! -s "$file" ]; then
  mkdir -p "$work/rows-$rows"
  python3 "$root/tests/golden/samples/generate.py" --rows "$rows" --out "$work/rows-$rows" --only s2 \
    --no-expectations >&2
fi
"$build/tests/bench/bench_convert" "$root/converter/data/catalog/example-kenshin-1" \
  "$root/converter/data/maps/hospital-1075.toml" "$file"
