#!/usr/bin/env bash
# Restarts both instances, one after the other, with a new image if there is one: nobody is cut off, and nobody signed out.
# `make hold HOLD=rolling-restart` tests the order and the pause.
set -euo pipefail
cd "$(dirname "$0")"
docker compose build app-1
for instance in app-1 app-2; do
  docker compose up --detach --no-deps --force-recreate --wait "$instance"
  # nginx asks an instance again after two seconds at most. Until then it must not lose the other one.
  sleep 5
done
