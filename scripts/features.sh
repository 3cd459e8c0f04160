#!/usr/bin/env bash
# Lints each combination of features that an application may choose: a crate alone, without what its tests and the rest of the
# workspace turn on.
. "$(dirname "$0")/env.sh"

lint() { # crate, features
  say "$1 with ${2:-no feature}"
  with_leptos_flags cargo clippy --quiet --locked -p "$1" --no-default-features --features "$2" -- -D warnings
}

lint logto-types ""
lint logto-types serde
for features in "" bearer sessions sessions,bearer sqlite postgres redis testing; do
  lint logto-axum "$features"
done
lint server opentelemetry
