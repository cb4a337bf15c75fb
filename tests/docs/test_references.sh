#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The references in docs/ are what the program prints, and what the README promises is there.
# Usage: test_references.sh PROGRAM SOURCE_FOLDER
set -eu
program=$(realpath "$1")
cd "$2"
made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT

compare() {
    diff -u "$1" "$made/page" || { echo "$1 is out of date: $2"; exit 1; }
}
"$program" models --markdown >"$made/page"
compare docs/models.md 'tripartite models --markdown > docs/models.md'
"$program" check --keys memory >"$made/page"
compare docs/guide/memory-keys.yaml 'tripartite check --keys memory > docs/guide/memory-keys.yaml'
"$program" check --keys cell >"$made/page"
compare docs/guide/cell-keys.yaml 'tripartite check --keys cell > docs/guide/cell-keys.yaml'
"$program" check --keys forecast >"$made/page"
compare docs/guide/forecast-keys.yaml \
    'tripartite check --keys forecast > docs/guide/forecast-keys.yaml'
"$program" check --keys classification >"$made/page"
compare docs/guide/classification-keys.yaml \
    'tripartite check --keys classification > docs/guide/classification-keys.yaml'
"$program" check --keys anan >"$made/page"
compare docs/guide/anan-keys.yaml 'tripartite check --keys anan > docs/guide/anan-keys.yaml'

# Every link of the pages to a file of the tree leads somewhere.
for page in README.md CONTRIBUTING.md docs/*.md docs/*/*.md; do
    for link in $(sed -n 's/.*](\([^)#]*\)).*/\1/p' "$page" | grep -v '^https\?:' || true); do
        [ -e "$(dirname "$page")/$link" ] || { echo "$page: no $link"; exit 1; }
    done
done

# The README's own scenario is good, and so are all that are shipped (with their data at hand).
sed -n '/^    title: Four and seven/,/^    recall:/s/^    //p' README.md >"$made/mine.yaml"
[ "$(wc -l <"$made/mine.yaml")" -eq 4 ]
"$program" check "$made/mine.yaml" >/dev/null
for scenario in experiments/*/*.yaml benchmarks/*.yaml; do
    case $scenario in
    */anan/pneumonia.yaml) [ -e "${TRIPARTITE_DATA:-}/pneumoniamnist/pneumoniamnist.npz" ] || {
        echo "skipped: $scenario, for want of PneumoniaMNIST in TRIPARTITE_DATA"
        continue
    } ;;
    */mnist.yaml | */anan/digits*.yaml | experiments/glia-layers/[!x]*) [ -e "${TRIPARTITE_DATA:-}/mnist/t10k-images-idx3-ubyte.gz" ] || {
        echo "skipped: $scenario, for want of MNIST in TRIPARTITE_DATA"
        continue
    } ;;
    esac
    "$program" check "$scenario" >/dev/null
done
