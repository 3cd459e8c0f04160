#!/usr/bin/env bash
# Lists the public names of the crates (modules and what they export) and fails when two crates have the same one, so that a name
# belongs to one thing in documentation and in `use` lines. What a crate exports of another one is the same thing. `Error` is one per
# crate, as Rust programs expect; `fuzzing` exists for cargo-fuzz alone.
. "$(dirname "$0")/env.sh"

crates="logto-types logto logto-axum leptos-logto leptos-logto-panels dev-idp env-file"
ours=$(tr -- '- ' '_|' <<< "$crates")

found() { grep -oE "$@" || true; }

names() { # the file of a public module, the folder of its submodules
  local code module file
  code=$(sed -E 's#//.*##' "$1")
  # Items of the module itself.
  found '^pub (async |const )*(fn|struct|enum|union|trait|type|const|static|mod) \w+' <<< "$code" | found '\w+$'
  # `use a::{b::{C, D as E}};`: C and E, unless `a` is a crate of ours.
  tr '\n' ' ' <<< "$code" | found '\bpub use [^;]+;' | sed -E "/^pub use \{?($ours)\b/d" \
    | sed -E 's/^pub use //; s/(\w+::)+\{/{/g; s/(\w+::)+//g; s/\w+ as //g' | found '\w+'
  for module in $(found '^pub mod \w+' <<< "$code" | found '\w+$'); do
    for file in "$2/$module.rs" "$2/$module/mod.rs"; do
      [ ! -f "$file" ] || names "$file" "$2/$module"
    done
  done
}

list() { # each name with its crate
  local crate
  for crate in $crates; do
    names "crates/$crate/src/lib.rs" "crates/$crate/src" | sort -u | sed "s/$/ $crate/"
  done
}

twice=$(list | sort | awk '$1 != "Error" && $1 != "fuzzing" { found[$1] = found[$1] " " $2; count[$1]++ }
  END { for (name in found) if (count[name] > 1) print name ":" found[name] }' | sort)
[ -z "$twice" ] || { printf 'public names of two crates. Rename one, or export the same thing:\n%s\n' "$twice" >&2; exit 1; }
