#!/usr/bin/env bash
# What a first visit loads, against a plain Leptos application (bench/template) that is built the same way.
#
#   SIZE_PKG   the pkg folder of a release build made before, as dist/site/pkg; without it, the browser's half is built now
#   SIZE_MOST  the largest ratio that is good (2.5)
. "$(dirname "$0")/env.sh"

bash scripts/setup.sh run
build() { cargo leptos build --release --frontend-only "$@"; }
if [ -z "${SIZE_PKG:-}" ]; then
  say "our own"
  build --project leptos-logto --split --lib-features split
fi
say "the plain application"
# The same versions: what the plain one does not use is dropped from the copy.
cp Cargo.lock bench/template/Cargo.lock
(cd bench/template && build)
node scripts/size/compare.mjs "${SIZE_PKG:-target/site/pkg}" bench/template/target/site/pkg "${SIZE_MOST:-2.5}"
