#!/usr/bin/env bash
# From a changed line to the page that shows it, with `make dev`: medians of five, beside the plain application of bench/template.
# In a copy, with a folder of its own for what is compiled, so the first build is a clean one; its time is printed, too.
. "$(dirname "$0")/../env.sh"

bash scripts/setup.sh test
folder=$(mktemp -d)
trap 'rm -rf "$folder" "$folder-target"' EXIT
git ls-files -z | xargs -0 cp --parents -t "$folder"
cp Cargo.lock "$folder/bench/template/"
ln -s "$PWD/node_modules" "$folder/node_modules"
export CARGO_TARGET_DIR="$folder-target" ENV_FILE=
node scripts/bench/edits.mjs "$folder"
rm -rf "$folder-target"
node scripts/bench/edits.mjs "$folder/bench/template" template
