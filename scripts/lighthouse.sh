#!/usr/bin/env bash
# Lighthouse on the release build: home signed out, profile and organizations with a session.
#
#   LIGHTHOUSE_DIST         a folder that `make dist` made before; without it, it is made now
#   LIGHTHOUSE_REPORT_ONLY  prints what is reached and fails for nothing
#   LIGHTHOUSE_RUNS         how often the performance of each page is measured (3)
. "$(dirname "$0")/env.sh"
. scripts/serve-release.sh

bash scripts/setup.sh lighthouse
[ -n "${LIGHTHOUSE_DIST:-}" ] || bash scripts/dist.sh > /dev/null
if [ -z "${CHROMIUM_PATH:-}" ]; then
  CHROMIUM_PATH=/usr/bin/chromium
  [ -x $CHROMIUM_PATH ] || CHROMIUM_PATH=$(cd end2end && node -p 'require("@playwright/test").chromium.executablePath()')
fi
export CHROMIUM_PATH
port=3094
serve_release $port memory: "${LIGHTHOUSE_DIST:-dist}/server"
# Somebody in an organization, without a picture: it would come from elsewhere.
cookie=$(node scripts/bench/sign-in.mjs "http://localhost:$port" carol carol)
node scripts/lighthouse/audit.mjs "http://localhost:$port" "$cookie"
