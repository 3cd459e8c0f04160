#!/usr/bin/env bash
# Fuzz targets (fuzz/fuzz_targets), each for FUZZ_SECONDS (60): `fuzz.sh NAME...` for some of them, else all. Inputs that reach new
# code are kept in the target directory for the next run. A finding is printed with the command that repeats it; as a file in
# fuzz/seeds it becomes a test.
. "$(dirname "$0")/env.sh"

seconds=${FUZZ_SECONDS:-60}
targets=("$@")
if [ ${#targets[@]} = 0 ]; then
  for file in fuzz/fuzz_targets/*.rs; do targets+=("$(basename "$file" .rs)"); done
fi
for name in "${targets[@]}"; do
  [ -f "fuzz/fuzz_targets/$name.rs" ] || { echo "There is no fuzz target $name: see fuzz/fuzz_targets." >&2; exit 2; }
done
command -v c++ > /dev/null || { echo "A C++ compiler is missing, for libFuzzer. Install it, for example: sudo apt-get install g++" >&2; exit 1; }
if ! cargo fuzz --version > /dev/null 2>&1; then
  say "installing cargo-fuzz: compiling it takes a minute"
  cargo install --quiet --locked cargo-fuzz
fi

folder=$CARGO_TARGET_DIR/fuzz
# There is no unsafe code to watch for, so no sanitizer: it runs several times as fast, with any toolchain.
fuzz() { # build or run, target, what else
  local features=()
  [ "$2" != settings_file ] || features=(--features settings)
  with_leptos_flags cargo fuzz "$1" --target-dir "$folder" --sanitizer none ${features[@]+"${features[@]}"} "${@:2}"
}
say "building ${#targets[@]} fuzz targets: some minutes the first time"
for name in "${targets[@]}"; do fuzz build "$name"; done

failed=()
for name in "${targets[@]}"; do
  mkdir -p "$folder/corpus/$name" "$folder/findings/$name"
  log=$folder/$name.log
  if fuzz run "$name" "$folder/corpus/$name" "fuzz/seeds/$name" -- \
    -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -artifact_prefix="$folder/findings/$name/" > "$log" 2>&1; then
    runs=$(grep -oE '^Done [0-9]+ runs' "$log" | grep -oE '[0-9]+' || true)
    coverage=$(grep -oE 'cov: [0-9]+' "$log" | tail -n 1)
    printf '%-16s no finding in %s runs, %s s (%s)\n' "$name" "${runs:-?}" "$seconds" "$coverage"
  else
    failed+=("$name")
    printf '%-16s FINDING:\n' "$name"
    grep -vE '^#[0-9]' "$log" | tail -n 30
  fi
done
[ ${#failed[@]} = 0 ] || { echo "findings: ${failed[*]}; their inputs are in $folder/findings" >&2; exit 1; }
