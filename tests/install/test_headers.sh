#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Every public header compiles alone, as C and as C++.
# Usage: test_headers.sh SOURCE_FOLDER
set -eu
cd "$1/include"
for header in tripartite/*.h; do
    printf '#include <%s>\n' "$header" |
        cc -std=c17 -Wall -Wextra -Wpedantic -Werror -I. -fsyntax-only -x c -
    printf '#include <%s>\n' "$header" |
        c++ -std=c++17 -Wall -Wextra -Wpedantic -Werror -I. -fsyntax-only -x c++ -
done
