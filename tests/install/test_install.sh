#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Installs into a temporary folder; builds the example of docs/ against what is installed, runs it,
# and looks at the man page and the completion.
# Usage: test_install.sh BUILD_FOLDER SOURCE_FOLDER
set -eu
build=$1
source=$2
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT

meson install -C "$build" --no-rebuild --destdir "$root" >"$root/log" 2>&1 || {
    cat "$root/log"
    exit 1
}
pc=$(find "$root" -name tripartite.pc)
program=$(find "$root" -type f -name tripartite -perm -u+x)
page=$(find "$root" -name 'tripartite.1')
completion=$(find "$root" -path '*bash-completion*' -name tripartite)
for file in "$pc" "$program" "$page" "$completion"; do
    [ -f "$file" ] || { echo "not installed: one of .pc, program, man page, completion"; exit 1; }
done

PKG_CONFIG_PATH=$(dirname "$pc")
PKG_CONFIG_SYSROOT_DIR=$root
LD_LIBRARY_PATH=$(dirname "$PKG_CONFIG_PATH")
export PKG_CONFIG_PATH PKG_CONFIG_SYSROOT_DIR LD_LIBRARY_PATH
cc -std=c17 -Wall -Wextra -Werror "$source/docs/example/recall.c" \
    $(pkg-config --cflags --libs tripartite) -o "$root/recall"
cd "$root"
./recall "$source/experiments/memory/two-digits.yaml" >recall.txt
cat recall.txt
[ "$(grep -c '^test [01]: recall 0\.[0-9]*$' recall.txt)" -eq 2 ]
[ "$("$program" --version)" = "tripartite $(pkg-config --modversion tripartite)" ]

# The viewer is installed where it has been built, and the installed program finds it.
if [ -f "$source/viewer/dist/report.html" ]; then
    [ -f "$(find "$root" -path '*/share/tripartite/viewer/index.html')" ]
    "$program" run "$source/experiments/memory/one-digit.yaml" -q -o run.h5 --set 'pause=0 ms'
    "$program" report run.h5 -o run.html
    grep -q '<script type="application/json" id="record">' run.html
else
    echo "skipped: an installed viewer, which is not built"
fi

# Every verb is in the man page and in the completion, and the page has no mistakes.
for verb in $("$program" --help | sed -n 's/^  \([a-z]\{4,\}\)  .*/\1/p'); do
    grep -q "^.B $verb" "$page" || { echo "$verb is not in the man page"; exit 1; }
    grep -q "$verb" "$completion" || { echo "$verb is not in the completion"; exit 1; }
done
warnings=$(man --warnings -E UTF-8 -l -Tutf8 -Z "$page" 2>&1 >/dev/null)
[ -z "$warnings" ] || { echo "$warnings"; exit 1; }

# Completion answers as bash asks it.
answer=$(bash -c '. "$1"; COMP_WORDS=(tripartite ru); COMP_CWORD=1; _tripartite
    echo "${COMPREPLY[*]}"' bash "$completion")
[ "$answer" = run ] || { echo "completion of ru: '$answer'"; exit 1; }
answer=$(PATH="$(dirname "$program"):$PATH" bash -c '. "$1"
    COMP_WORDS=(tripartite models li); COMP_CWORD=2; _tripartite
    echo "${COMPREPLY[*]}"' bash "$completion")
[ "$answer" = li_rinzel ] || { echo "completion of models li: '$answer'"; exit 1; }

# Nothing but public names leaves the library.
others=$(nm -D --defined-only "$LD_LIBRARY_PATH"/libtripartite.so | awk '{print $3}' |
    grep -v '^tp_' || true)
[ -z "$others" ] || { echo "exported: $others"; exit 1; }
