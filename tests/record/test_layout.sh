#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A file of the writer's, read by h5py and xarray. Usage: test_layout.sh TEST_RECORD READ_LAYOUT
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$1" --write "$folder/layout.h5"
/usr/bin/python3 "$2" "$folder/layout.h5"
