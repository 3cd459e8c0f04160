#!/usr/bin/env bash
# Brings Cargo.lock up to date with the manifests. Versions that are there stay.
. "$(dirname "$0")/env.sh"

cargo update --quiet --workspace
