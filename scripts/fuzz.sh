#!/usr/bin/env bash
# Runs every native fuzz target for a while: scripts/fuzz.sh [-blind] TIME [PACKAGE PATTERN]
# TIME is a duration, or a number of inputs like 5000x. Tests take a number: at the end of a duration Go's
# coordinator may report its own deadline as a failure ("context deadline exceeded", go.dev/issue/75804,
# fixed in Go 1.27).
# With -blind, binaries have no coverage instrumentation: inputs are mutated from the seeds alone, and
# nothing is compiled that the unit tests have not compiled already.
# Failing inputs are written to the package's testdata/fuzz, to be committed with the fix.
set -euo pipefail
instrument=(-fuzz .)
if [ "$1" = -blind ]; then instrument=() && shift; fi
time=$1 pattern=${2:-./...}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

found=0
while read -r package dir files; do
  targets=$(cd "$dir" && sed -nE 's/^func (Fuzz[A-Za-z0-9_]*)\(.*/\1/p' $files /dev/null | sort -u)
  [ -n "$targets" ] || continue
  # One binary for all targets of a package.
  go test -c -vet=off "${instrument[@]}" -o "$work/fuzz.test" "$package"
  for target in $targets; do
    found=$((found + 1))
    echo "fuzz $package $target"
    (cd "$dir" && "$work/fuzz.test" -test.run '^$' -test.fuzz "^$target\$" -test.fuzztime "$time" \
      -test.fuzzcachedir "$(go env GOCACHE)/fuzz/$package")
  done
done < <(go list -f '{{.ImportPath}} {{.Dir}} {{join .TestGoFiles " "}} {{join .XTestGoFiles " "}}' "$pattern")
echo "$found fuzz targets ran, $time each"
[ "$found" -gt 0 ]
