#!/usr/bin/env bash
# Brings Cargo.lock, and that of the example, up to date with the manifests. Versions that are there stay.
. "$(dirname "$0")/env.sh"

cargo update --quiet --workspace
(cd examples/minimal && cargo update --quiet --workspace)
