#!/usr/bin/env bash
# Make `cargo build --target wasm32-unknown-unknown` work, once and for good.
#
# 1. Nothing to do if the selected toolchain already links a wasm32 cdylib.
# 2. The normal way: `rustup target add wasm32-unknown-unknown` (bounded in time).
# 3. Only where that fails, on Debian or Ubuntu as root: install the distribution's
#    own rustc + cargo + std source + lld, build std for wasm32 from that source once,
#    put it in that rustc's sysroot, and link it as the rustup toolchain `debian`.
#
# The last line printed is always   toolchain=NAME
#   NAME = "default"  -> use cargo as it is
#   NAME = "debian"   -> use `cargo +debian ...`, or export RUSTUP_TOOLCHAIN=debian
#                        (without rustup: put /usr/bin first in PATH)
#
# Safe to run again and again. Environment:
#   WASM_RUSTUP_TIMEOUT  seconds allowed for `rustup target add` (default 120)
#   WASM_SKIP_RUSTUP=1   go straight to step 3 (to test the fallback)
#   WASM_FORCE_BUILD=1   rebuild the fallback's std even if it is there
set -euo pipefail

TARGET=wasm32-unknown-unknown
NAME=debian
: "${WASM_RUSTUP_TIMEOUT:=120}"

say() { printf 'setup-wasm: %s\n' "$*" >&2; }
finish() { say "ok: $1"; printf 'toolchain=%s\n' "$2"; exit 0; }

WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT

# Does this rustc compile AND link a cdylib that uses std?  $@ = how to call rustc
works() {
  printf '#[unsafe(no_mangle)] pub extern "C" fn f(n: i32) -> i32 { (0..n).map(|i| i.to_string()).collect::<Vec<_>>().concat().len() as i32 }\n' > "$WORK/probe.rs"
  "$@" --edition 2024 --target "$TARGET" --crate-type cdylib -Copt-level=z -Clto=fat -Cpanic=abort \
    -o "$WORK/probe.wasm" "$WORK/probe.rs" > "$WORK/probe.log" 2>&1 && [ -s "$WORK/probe.wasm" ]
}

# ---- 1 and 2: whatever toolchain is selected, and rustup's own std for it
if [ -z "${WASM_SKIP_RUSTUP:-}" ]; then
  if command -v rustc >/dev/null && works rustc; then
    finish "the selected rustc ($(rustc -V)) already has $TARGET" default
  fi
  if [ -z "${WASM_FORCE_BUILD:-}" ] && command -v rustup >/dev/null \
     && rustup toolchain list | grep -q "^$NAME\b" && works rustup run "$NAME" rustc; then
    finish "the toolchain \`$NAME\` made by an earlier run has $TARGET" "$NAME"
  fi
  if command -v rustup >/dev/null; then
    say "trying: rustup target add $TARGET (at most ${WASM_RUSTUP_TIMEOUT}s)"
    if timeout "$WASM_RUSTUP_TIMEOUT" rustup target add "$TARGET" >&2 && works rustc; then
      finish "rustup installed $TARGET for $(rustc -V)" default
    fi
    say "rustup could not install it here"
  fi
fi

# ---- 3: the distribution's rustc, and a std built from the distribution's source
link_toolchain() {
  if ! command -v rustup >/dev/null; then
    if [ "$(command -v cargo)" = /usr/bin/cargo ]; then NAME=default; fi
    return 0
  fi
  # `rustup toolchain link` only makes a symlink; linking again is harmless
  rustup toolchain link "$NAME" /usr >&2
}

debian_works() { [ -x /usr/bin/rustc ] && works /usr/bin/rustc; }

if [ -z "${WASM_FORCE_BUILD:-}" ] && debian_works; then
  link_toolchain
  finish "/usr/bin/rustc ($(/usr/bin/rustc -V)) already has $TARGET" "$NAME"
fi

command -v apt-get >/dev/null || { say "no rustup std and no apt-get: install the $TARGET std by hand"; exit 1; }
[ "$(id -u)" = 0 ] || { say "the fallback needs root (it installs Debian packages): run it with sudo"; exit 1; }

if ! [ -x /usr/bin/cargo ] || ! [ -f /usr/lib/rustlib/src/rust/library/std/Cargo.toml ] || ! [ -e /usr/bin/rust-lld ]; then
  say "installing Debian's rustc, cargo, std source and lld"
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq >&2
  apt-get install -y -qq --no-install-recommends rustc-web cargo-web rust-web-src rust-web-llvm gcc libc6-dev >&2
  # rust-web-llvm brings /usr/bin/rust-lld as a link to lld-<LLVM major>, whose package it does not pull in
  if ! [ -e /usr/bin/rust-lld ]; then
    apt-get install -y -qq --no-install-recommends "$(readlink /usr/bin/rust-lld)" >&2
  fi
fi

SYSROOT=$(/usr/bin/rustc --print sysroot)
DEST=$SYSROOT/lib/rustlib/$TARGET/lib
say "building std for $TARGET from $(/usr/bin/rustc -V) source"
mkdir -p "$WORK/std/src"
cat > "$WORK/std/Cargo.toml" <<'T'
[package]
name = "wasm-std-seed"
version = "0.0.0"
edition = "2021"
[workspace]
[profile.release]
# as in the official std: small, no debug info; overflow checks off
opt-level = 3
debug = 0
codegen-units = 4
T
echo '#![no_std]' > "$WORK/std/src/lib.rs"
# RUSTC_BOOTSTRAP is for this one build: -Z build-std is unstable, what it makes is ordinary rlibs.
# embed-bitcode=yes, so that projects can use LTO across std as with the official one.
(
  cd "$WORK/std"
  env -u RUSTC_WRAPPER -u CARGO_BUILD_TARGET -u RUSTUP_TOOLCHAIN \
    RUSTC=/usr/bin/rustc RUSTDOC=/usr/bin/rustdoc RUSTC_BOOTSTRAP=1 \
    CARGO_TARGET_DIR="$WORK/std/target" RUSTFLAGS='-Cembed-bitcode=yes' \
    /usr/bin/cargo build --release --target "$TARGET" \
      -Z build-std=std,panic_abort,proc_macro,test >&2
)
OUT=$WORK/std/target/$TARGET/release/deps
ls "$OUT"/libstd-*.rlib >/dev/null

# into a new folder first, then swapped in whole, so an interrupted run leaves nothing half-made
mkdir -p "$(dirname "$DEST")"
rm -rf "$DEST.new"
mkdir "$DEST.new"
for f in "$OUT"/lib*.rlib "$OUT"/lib*.rmeta; do
  case $f in */libwasm_std_seed-*) ;; *) cp "$f" "$DEST.new/" ;; esac
done
rm -rf "$DEST"
mv "$DEST.new" "$DEST"

debian_works || { say "std was built but a probe does not link:"; cat "$WORK/probe.log" >&2; exit 1; }
link_toolchain
finish "$(/usr/bin/rustc -V) now has $TARGET in $DEST" "$NAME"
