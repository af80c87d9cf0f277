#!/usr/bin/env bash
# Runs every native fuzz target for a while: scripts/fuzz.sh DURATION [PACKAGE PATTERN]
set -euo pipefail
time=$1 pattern=${2:-./...}

found=0
while read -r package dir files; do
  for target in $(cd "$dir" && sed -nE 's/^func (Fuzz[A-Za-z0-9_]*)\(.*/\1/p' $files | sort -u); do
    found=$((found + 1))
    echo "fuzz $package $target"
    go test "$package" -run '^$' -fuzz "^$target\$" -fuzztime "$time"
  done
done < <(go list -f '{{.ImportPath}} {{.Dir}} {{join .TestGoFiles " "}} {{join .XTestGoFiles " "}}' "$pattern")
echo "$found fuzz targets ran for $time each"
[ "$found" -gt 0 ]
