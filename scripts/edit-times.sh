#!/usr/bin/env bash
# How long a change of one line takes from the file to the page while `make dev` runs: of a text, of a component, of a style;
# and in the plain application (bench/template). Medians. The changes are made in a copy.
#
#   EDIT_RUNS   how often each change is made (5)
. "$(dirname "$0")/env.sh"

bash scripts/setup.sh run
copy=$CARGO_TARGET_DIR/edit-times
mkdir -p "$copy"
git ls-files -z | xargs -0 cp --parents --preserve=timestamps -t "$copy"
cp Cargo.lock "$copy/bench/template/Cargo.lock"
ln -sfn "$PWD/node_modules" "$copy/node_modules"
node scripts/edit-times.mjs "$copy" "${EDIT_RUNS:-5}"
