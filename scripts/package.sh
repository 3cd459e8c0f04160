#!/usr/bin/env bash
# Packages every crate that is published, as `cargo publish` would, and builds and tests the examples from these packages in a
# workspace outside this one.
. "$(dirname "$0")/env.sh"

# Name and version of what is published.
mapfile -t crates < <(cargo metadata --locked --no-deps --format-version 1 \
  | node -e 'for (const p of JSON.parse(require("fs").readFileSync(0)).packages) if (p.publish === null) console.log(p.name, p.version)')
say "packages: ${crates[*]}"
selected=()
for crate in "${crates[@]}"; do selected+=(-p "${crate% *}"); done
cargo package --quiet --locked --allow-dirty --no-verify "${selected[@]}"

# Always in the same place, so that what is compiled serves the next time, too.
outside=$CARGO_TARGET_DIR/package/outside
rm -rf "$outside"
mkdir -p "$outside/packages"
cp -r Cargo.lock examples crates/test-support crates/store-servers "$outside"
node - "${crates[@]}" > "$outside/Cargo.toml" <<'JS'
const { readFileSync } = require("node:fs");
// The workspace of the examples: the same versions, and the packages in place of the crates' folders.
let manifest = readFileSync("Cargo.toml", "utf8")
  .replace(/^members = \[[^\]]*\]/m, 'members = ["examples/*", "test-support", "store-servers"]')
  .replace('path = "crates/test-support"', 'path = "test-support"')
  .replace('path = "crates/store-servers"', 'path = "store-servers"');
manifest += "\n[patch.crates-io]\n";
for (const [name, version] of process.argv.slice(2).map((crate) => crate.split(" "))) {
  manifest = manifest.replace(`path = "crates/${name}", `, "");
  manifest += `${name} = { path = "packages/${name}-${version}" }\n`;
}
console.log(manifest);
JS
# The files in a package all have one time, by which cargo would take changed ones for those it has compiled. They get the
# time at which the package was last another one.
stamps=$CARGO_TARGET_DIR/package/stamps
mkdir -p "$stamps"
for crate in "${crates[@]}"; do
  name=${crate/ /-}
  package=$CARGO_TARGET_DIR/package/$name.crate
  tar -xzf "$package" -C "$outside/packages"
  sum=$(sha256sum < "$package")
  [ "$(cat "$stamps/$name" 2> /dev/null)" = "$sum" ] || echo "$sum" > "$stamps/$name"
  find "$outside/packages/$name" -type f -exec touch -r "$stamps/$name" {} +
done
cd "$outside"
say "the examples, built from the packages"
cargo update --quiet --workspace
with_leptos_flags cargo test --quiet --locked --workspace
say "the same for the browser"
with_leptos_flags cargo check --quiet --locked -p minimal -p account --lib --no-default-features --features hydrate --target wasm32-unknown-unknown
