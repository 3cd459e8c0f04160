#!/usr/bin/env bash
# The journeys against a real Logto. What its tenant is not set up for is skipped by name. The argument `run` is for itself.
. "$(dirname "$0")/env.sh"

if [ "${1:-}" != run ]; then
  bash scripts/setup.sh test
  with_env_file bash scripts/test-live.sh run
  exit
fi
missing=()
for key in LOGTO_ENDPOINT LOGTO_APP_ID LOGTO_APP_SECRET E2E_USERNAME E2E_PASSWORD; do
  [ -n "${!key:-}" ] || missing+=("$key")
done
if [ ${#missing[@]} -gt 0 ]; then
  echo "make test-live needs in the environment or in .env: ${missing[*]}" >&2
  echo "The application in Logto has the redirect URI http://localhost:3000/callback and the post sign-out redirect URI" >&2
  echo "http://localhost:3000/; E2E_USERNAME and E2E_PASSWORD are an account there, E2E_NAME its name if it has one." >&2
  echo "E2E_ORGANIZATION and E2E_RESOURCE, an organization and an API resource of that account, have more tests run." >&2
  exit 1
fi
# The port of the redirect URIs that are registered.
E2E_LIVE=1 E2E_PORT="${E2E_PORT:-3000}" bash scripts/e2e.sh
