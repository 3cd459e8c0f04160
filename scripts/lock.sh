#!/usr/bin/env bash
# Brings the lock files up to date with the manifests. Versions that are there stay.
. "$(dirname "$0")/env.sh"

for workspace in . fuzz bench/axum-login; do
  (cd "$workspace" && cargo update --quiet --workspace)
done
