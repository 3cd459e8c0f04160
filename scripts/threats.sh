#!/usr/bin/env bash
# Compares the ids in the code and its tests with docs/threats.md: each has to be in both.
. "$(dirname "$0")/env.sh"

id='\b((CB|RP|SE|CS|RD|HD|LX|LO|JW|RF|OR|OU|FZ|SL)-[0-9]{2}|F[0-9]{1,2})\b'
used=$(git grep -hoE "$id" -- '*.rs' '*.ts' '*.mjs' | sort -u)
known=$(grep -oE "^\| $id" docs/threats.md | cut -c3- | sort)
[ -z "$(uniq -d <<< "$known")" ] || { echo "twice in docs/threats.md: $(uniq -d <<< "$known" | xargs)" >&2; exit 1; }
missing=$(comm -23 <(echo "$used") <(echo "$known") | xargs)
unused=$(comm -13 <(echo "$used") <(echo "$known") | xargs)
[ -z "$missing" ] || echo "not in docs/threats.md: $missing. Add a line for each: the attack, and what has to happen." >&2
[ -z "$unused" ] || echo "in docs/threats.md and in no test: $unused. Remove the line, or name the test by it." >&2
[ -z "$missing$unused" ]
