# shellcheck shell=bash disable=SC2154
# What the profile costs with more sessions in the store, more connections and more threads, and the list of organizations with
# more organizations. To be sourced by scripts/bench.sh.
#
#   BENCH_SESSIONS   how many sessions ("1000 100000 1000000")

dist=${BENCH_DIST:-dist}
port=$((first + 60))
next() { port=$((port + 1)); }

serve_application threads-1 $port "$dist" "$dist/server" && next
alone=(env TOKIO_WORKER_THREADS=2)
serve_application threads-2 $port "$dist" "$dist/server" && next
alone=(env TOKIO_WORKER_THREADS=1 taskset -c 0)

# Sessions of other people, as sign-ins leave them.
now=$(date +%s)
fill_sqlite() { # file, count
  sqlite3 "$1" "PRAGMA busy_timeout = 60000; WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $2)
    INSERT INTO sessions (id, sealed, version, seen_at, expires_at, subject, sid)
    SELECT randomblob(32), randomblob(1500), 1, $now, $now + 86400, randomblob(32), randomblob(32) FROM n;" > /dev/null
}
fill_postgres() { # URL, count
  psql -q "$1" -c "INSERT INTO logto_sessions.sessions (id, sealed, version, seen_at, expires_at, subject, sid)
    SELECT sha256(int4send(i)), (SELECT string_agg(sha256(int4send(i * 47 + j)), '') FROM generate_series(1, 47) j), 1, $now, $now + 86400,
      sha256(int4send(-i)), sha256(int8send(i)) FROM generate_series(1, $2) i; ANALYZE;"
}
for count in ${BENCH_SESSIONS:-1000 100000 1000000}; do
  BENCH_STORE=sqlite://$folder/sessions-$count.db serve_application "sqlite-$count" $port "$dist" "$dist/server" && next
  fill_sqlite "$folder/sessions-$count.db" "$count"
  [ -n "${TEST_POSTGRES_URL:-}" ] || continue
  psql -q "$TEST_POSTGRES_URL" -c "CREATE DATABASE bench_$count"
  url=${TEST_POSTGRES_URL%/*}/bench_$count
  BENCH_STORE=$url serve_application "postgres-$count" $port "$dist" "$dist/server" && next
  fill_postgres "$url" "$count"
done

for count in 10 100 500; do
  names=$(seq -s ', ' 1 "$count" | sed 's/[0-9]\+/"Organization &"/g')
  { cat crates/dev-idp/fixture.toml; printf '
[[organizations]]
id = "many"
names = [%s]
[[users]]
id = "many00000001"
username = "many"
password = "many"
about = "in many organizations"
name = "Many Example"
email = "many@example.com"
created_at = 1795330074000
organizations = [{ id = "many", roles = ["member"] }]
' "$names"; } > "$folder/fixture-$count.toml"
  PROVIDER_FIXTURE=$folder/fixture-$count.toml serve_provider $((port + 20)) $port
  person=many serve_application "organizations-$count" $port "$dist" "$dist/server" && next
done

node scripts/bench/scale.mjs "$folder" "$seconds" "$rounds"
