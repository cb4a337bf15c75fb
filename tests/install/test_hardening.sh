#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What was built is hardened as meson.build says. Usage: test_hardening.sh PROGRAM LIBRARY
set -eu
export LC_ALL=C

# has FILE WHAT OPTIONS PATTERN: readelf says so of the file
has() {
    readelf $3 "$1" 2>/dev/null | grep -Eq -- "$4" || {
        echo "$1: $2 is missing (readelf $3: no '$4')" >&2
        exit 1
    }
}

for file; do
    has "$file" "position-independent code" -Wh 'Type: +DYN'
    has "$file" "RELRO" -Wl 'GNU_RELRO'
    has "$file" "binding at the start (full RELRO)" -Wd 'BIND_NOW|FLAGS_1.*NOW'
    has "$file" "a stack that is not executable" -Wl 'GNU_STACK .* RW '
    # Where a compiler leaves one segment both writable and executable, the rest is of no use.
    if readelf -Wl "$file" | grep -Eq 'LOAD .* RWE '; then
        echo "$file: a segment is writable and executable" >&2
        exit 1
    fi
    has "$file" "stack protector" -Ws '__stack_chk_fail'
    has "$file" "FORTIFY_SOURCE" -Ws '__(snprintf|vsnprintf|fprintf|memcpy|read|strcpy)_chk'
    if [ "$(uname -m)" = x86_64 ]; then
        # Debian's C library is built without it, so that the linker does not mark the file.
        marks=$(objdump -d "$file" | grep -c endbr64)
        if [ "$marks" -lt 20 ]; then
            echo "$file: control-flow protection is missing (objdump: $marks endbr64)" >&2
            exit 1
        fi
    fi
done
has "$1" "PIE" -Wd 'FLAGS_1.*PIE'
