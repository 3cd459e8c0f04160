# shellcheck shell=bash disable=SC2154
# The rows of the table. To be sourced by scripts/bench.sh.

serve bare $bare bare
serve guarded $guarded guarded "${settings[@]}" "SESSION_KEYS=$(head -c 32 /dev/urandom | base64)"
for port in $guarded $((guarded + with_count)); do sign_in $port; done
get $guarded /claims > "$folder/claims.json"
serve axum-login-memory $login_memory bench-axum-login BENCH_USERS=memory "BENCH_CLAIMS=$folder/claims.json"
serve axum-login-sqlite $login_sqlite bench-axum-login BENCH_USERS=sqlite "BENCH_CLAIMS=$folder/claims.json"
for port in $login_memory $login_sqlite; do
  for port in $port $((port + with_count)); do
    curl -sf -o /dev/null -D - -X POST "http://localhost:$port/login" \
      | awk 'tolower($1) == "set-cookie:" { sub(/;.*/, ""); print $2 }' > "$folder/cookie-$port"
  done
done

dist=${BENCH_DIST:-dist}
serve_application application $app "$dist" "$dist/server"
serve_application application-counting $counted "$dist" "$folder/counting/application"
[ -z "${BENCH_BASE:-}" ] || serve_application base $base "$BENCH_BASE" "$BENCH_BASE/server"
for port in $app $counted ${BENCH_BASE:+$base}; do visit $port "/org/$organization"; done

get $app /profile > "$folder/profile.html"
node scripts/bench/twin.mjs make "$folder/profile.html" "$folder/page.rs"
programs=(twin)
BENCH_TWIN=$folder build servers --bin=twin
serve twin $twin twin
curl -sf "http://localhost:$twin/" > "$folder/twin.html"
node scripts/bench/twin.mjs compare "$folder/profile.html" "$folder/twin.html" >&2

taskset -c 1 "$folder/bin/sign_ins" provider 127.0.0.1:$stub &
pids+=($!)
wait_for "http://127.0.0.1:$stub/"
env "LOGTO_ENDPOINT=http://127.0.0.1:$stub/" LOGTO_APP_ID=bench LOGTO_APP_SECRET=bench "APP_BASE_URL=http://localhost:$sign_ins" \
  "SESSION_STORE=sqlite://$folder/sign-ins.db" "SESSION_KEYS=$(head -c 32 /dev/urandom | base64)" \
  "${alone[@]}" "$folder/bin/guarded" "127.0.0.1:$sign_ins" > /dev/null &
pids+=($!)
wait_for "http://localhost:$sign_ins/"
know sign-ins "$sign_ins"
cryptography=$(taskset -c 0 "$folder/bin/sign_ins" cryptography)

node scripts/bench/rows.mjs "$folder" "http://localhost:$sign_ins" "$cryptography" "$organization" \
  "$seconds" "$rounds" "${BENCH_ROWS:-.}"
