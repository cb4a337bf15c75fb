#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Every function that the library exports is called where allocations fail, or among those that take
# no memory, which is held there.
# Usage: test_entries.sh LIBRARY SOURCE_FOLDER
set -eu
library=$1
faults=$2/tests/faults
missing=
count=0
for name in $(nm -D --defined-only "$library" | sed -n 's/^[0-9a-f]* T \(tp_[a-z_]*\)$/\1/p'); do
    count=$((count + 1))
    cat "$faults/run_entries.c" "$faults/record_entries.c" | grep -q "\<$name(" ||
        missing="$missing $name"
done
[ "$count" -gt 20 ] || { echo "the library exports $count functions"; exit 1; }
[ -z "$missing" ] || { echo "called in no entry of tests/faults:$missing"; exit 1; }
echo "$count functions"
