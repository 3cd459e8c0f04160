#!/usr/bin/env bash
# What a request costs: pages of the application, beside a bare axum handler, a guarded one with logto-axum alone, the same one
# with axum-login, and a page of plain Leptos that has the HTML of the profile. Release builds, one core for the server and one
# for the load (wrk, 16 connections, keep-alive), rounds interleaved, medians. What counts are the ratios.
#
#   BENCH_SECONDS, BENCH_ROUNDS   how long each row is measured in a round (4), and how many rounds (3)
#   BENCH_ROWS                    an expression: only rows whose names match it, as 'bare|profile'
#   BENCH_DIST                    a dist/ that is there already
#   BENCH_BASE                    the dist/ of another commit: its pages are rows, too, and each of ours has its ratio to it
#   BENCH_PERSON                  who is signed in (frank, whose claims all have a value)
#   BENCH=scale                   other rows: more sessions, connections, threads and organizations
#   BENCH=edits                   not the server, but `make dev`: from a changed line to the page that shows it (20 minutes)
# shellcheck disable=SC2034 # what is here is used by scripts/bench/rows.sh and scale.sh
. "$(dirname "$0")/env.sh"
. scripts/serve-release.sh

[ "${BENCH:-}" != edits ] || exec bash scripts/bench/edits.sh
if [ "${BENCH:-}" = scale ] && [ -z "${TEST_POSTGRES_URL:-}" ]; then
  with_leptos_flags cargo build --quiet --locked -p store-servers
  exec "$CARGO_TARGET_DIR/debug/store-servers" bash scripts/bench.sh
fi
person=${BENCH_PERSON:-frank}
organization=asl5guymvnj4
seconds=${BENCH_SECONDS:-4} rounds=${BENCH_ROUNDS:-3}
first=${BENCH_PORT:-3090}
bare=$first app=$((first + 1)) counted=$((first + 2)) base=$((first + 3)) guarded=$((first + 4)) login_memory=$((first + 5))
login_sqlite=$((first + 6)) twin=$((first + 7)) provider=$((first + 8)) sign_ins=$((first + 9)) stub=$((first + 10))
# A server with the allocator that counts listens 20 ports above the same one without, and each tells its count 100 ports above itself.
with_count=20 tells=100

bash scripts/setup.sh bench
[ -n "${BENCH_DIST:-}" ] || bash scripts/dist.sh > /dev/null
folder=$(mktemp -d)
finish() { stop; wait; rm -rf "$folder"; }
trap finish EXIT
keep_awake

# The versions that the application has: what the servers do not use is dropped from the copy.
cp Cargo.lock bench/servers/Cargo.lock
build() { # workspace, further arguments: without and with the allocator that counts
  local workspace=$1
  shift
  mkdir -p "$folder/bin" "$folder/counting"
  (cd "bench/$workspace" && with_leptos_flags cargo build --quiet --release --features count "$@")
  cp "${programs[@]/#/$CARGO_TARGET_DIR/release/}" "$folder/counting/"
  (cd "bench/$workspace" && with_leptos_flags cargo build --quiet --release "$@")
  cp "${programs[@]/#/$CARGO_TARGET_DIR/release/}" "$folder/bin/"
}
programs=(bare guarded application sign_ins)
build servers "${programs[@]/#/--bin=}"
programs=(bench-axum-login)
build axum-login

# What is measured has core 0 and one worker thread.
alone=(env TOKIO_WORKER_THREADS="${BENCH_THREADS:-1}" taskset -c "${BENCH_CORES:-0}")
# One line for each server: name, port, process, and where it tells its count.
know() { # name, port, count
  printf '%s %s %s %s\n' "$1" "$2" "${pids[-1]}" "${3:-}" >> "$folder/servers"
}

serve() { # name, port, program, settings: without and with the allocator that counts
  local name=$1 port=$2 program=$3 at
  shift 3
  for at in bin counting; do
    env "$@" "SESSION_STORE=sqlite://$folder/$name-$at.db" "APP_BASE_URL=http://localhost:$port" "BENCH_COUNTER=127.0.0.1:$((port + tells))" \
      "${alone[@]}" "$folder/$at/$program" "127.0.0.1:$port" > /dev/null &
    pids+=($!)
    wait_for "http://localhost:$port/"
    know "$name-$at" "$port" "$((port + tells))"
    port=$((port + with_count))
  done
}

# The application in a folder of its own. It asks for permissions of the APIs that the development provider has.
serve_application() { # name, port, dist, program
  local place=$folder/$1
  mkdir -p "$place"
  cp "$4" "$place/server"
  cp "$3/hash.txt" "$place/"
  ln -s "$(realpath "$3/site")" "$place/site"
  cat "$3/Leptos.toml" - > "$place/Leptos.toml" << 'TOML'
[[logto.resources]]
indicator = "https://shop.example/api"
permissions = ["read:orders", "write:orders"]
[[logto.resources]]
indicator = "https://billing.example/api"
permissions = ["view:invoices"]
TOML
  serve_release "$2" "${BENCH_STORE:-sqlite://$place/sessions.db}" env "BENCH_COUNTER=127.0.0.1:$(($2 + tells))" "${alone[@]}" "$place/server"
  know "$1" "$2" "$(($2 + tells))"
  sign_in "$2"
  visit "$2" /organizations /scopes /apis /profile
}

# Pages of which some ask Logto for tokens at the first visit.
visit() { # port, paths
  local path
  for path in "${@:2}"; do curl -sf --retry 5 --retry-all-errors -o /dev/null -H "Cookie: $(cat "$folder/cookie-$1")" -H 'Accept: text/html' "http://localhost:$1$path"; done
}

sign_in() { # port
  node scripts/bench/sign-in.mjs "http://localhost:$1" "$person" "$person" > "$folder/cookie-$1"
}

get() { # port, path
  curl -sf -H "Cookie: $(cat "$folder/cookie-$1")" -H 'Accept: text/html' "http://localhost:$1$2"
}

mapfile -t more < <(seq $((first + 60)) $((first + 75)))
serve_provider "$provider" $app $counted $base $guarded $((guarded + with_count)) "${more[@]}"
# shellcheck source=/dev/null
. "scripts/bench/${BENCH:-rows}.sh"
