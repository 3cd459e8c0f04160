#!/usr/bin/env bash
# Requests per second: a bare axum handler, the signed-out home page, and the profile with a session. Release build, one
# core for the server and one for the load (wrk, 16 connections, keep-alive), all in one run, rounds interleaved; the
# median of each. What counts are the ratios.
. "$(dirname "$0")/env.sh"
. scripts/serve-release.sh

seconds=${BENCH_SECONDS:-4}
rounds=${BENCH_ROUNDS:-3}
bare=3090 app=3091

bash scripts/setup.sh bench
[ -n "${BENCH_DIST:-}" ] || bash scripts/dist.sh > /dev/null
with_leptos_flags cargo build --quiet --release -p server --example bare

folder=$(mktemp -d)
TOKIO_WORKER_THREADS=1 taskset -c 0 "$CARGO_TARGET_DIR/release/examples/bare" 127.0.0.1:$bare &
pids+=($!)
serve_release $app "sqlite://$folder/sessions.db" env TOKIO_WORKER_THREADS=1 taskset -c 0 "${BENCH_DIST:-dist}/server"

cookie=$(node scripts/bench/sign-in.mjs "http://localhost:$app" alice alice)
measure() { # url, further wrk arguments
  taskset -c 1 wrk -t1 -c16 -d"${seconds}s" "${@:2}" "$1" | awk '/^Requests\/sec:/ { rate = $2 } /Non-2xx/ { bad = 1 } END { if (bad) exit 1; print rate }'
}
for _ in $(seq "$rounds"); do
  measure "http://127.0.0.1:$bare/" >> "$folder/bare"
  measure "http://127.0.0.1:$app/" -H "Host: localhost:$app" -H 'Accept: text/html' >> "$folder/home"
  measure "http://127.0.0.1:$app/profile" -H "Host: localhost:$app" -H 'Accept: text/html' -H "Cookie: $cookie" >> "$folder/profile"
done
median() { sort -n "$folder/$1" | awk '{ value[NR] = $1 } END { print value[int((NR + 1) / 2)] }'; }
b=$(median bare) h=$(median home) p=$(median profile)
awk -v b="$b" -v h="$h" -v p="$p" 'BEGIN {
  printf "%-28s %10s  %s\n", "", "requests/s", "ratio"
  printf "%-28s %10.0f  %.3f of the bare handler\n", "bare axum handler", b, 1
  printf "%-28s %10.0f  %.3f of the bare handler\n", "home, signed out", h, h / b
  printf "%-28s %10.0f  %.3f of the signed-out home\n", "profile, with a session", p, p / h
}'
rm -rf "$folder"
