#!/usr/bin/env bash
# The export of spans, with a collector of its own. The feature is in no other build of the tests.
. "$(dirname "$0")/env.sh"

with_leptos_flags cargo test --locked -p server --features dev-idp,opentelemetry --test opentelemetry
