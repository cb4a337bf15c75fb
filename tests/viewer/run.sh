#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Runs the viewer's tests, or says why not and is skipped (77).
# Usage: run.sh unit|browser SOURCE_FOLDER
set -eu
kind=$1
source=$2
skip() {
    echo "skipped: $1"
    exit 77
}
command -v node >/dev/null 2>&1 || skip 'Node.js is not here'
cd "$source/viewer"
if [ "$kind" = browser ]; then
    [ -x /usr/bin/chromium ] || skip 'Chromium is not here (Debian: chromium)'
    [ -f dist/index.html ] && [ -d node_modules/playwright-core ] ||
        skip 'the viewer is not built (scripts/build-viewer)'
    VIEWER_TEST_FOLDER=$(mktemp -d)
    export VIEWER_TEST_FOLDER
    trap 'rm -rf "$VIEWER_TEST_FOLDER"' EXIT
    /usr/bin/python3 tests/prepare.py "$VIEWER_TEST_FOLDER"
fi
node --test tests/"$kind"/*.test.js
