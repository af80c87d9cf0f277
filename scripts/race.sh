#!/usr/bin/env bash
# Runs tests with the race detector: scripts/race.sh PACKAGE...
# Of the packages with tests, it runs those that can race: those with a go statement or an import of sync,
# sync/atomic or golang.org/x/sync, in the code or in the tests.
set -euo pipefail

shared='^[[:space:]]*go (func|[A-Za-z_.]+)\(|^[[:space:]]*(import )?"(sync|sync/atomic|golang.org/x/sync/[a-z]+)"$'
packages=()
while read -r package dir; do
  if grep -qE "$shared" "$dir"/*.go; then packages+=("$package"); fi
done < <(go list -f '{{if or .TestGoFiles .XTestGoFiles}}{{.ImportPath}} {{.Dir}}{{end}}' "$@")

# SQLite's C code, translated to Go, is compiled without the detector: its memory is not Go's, so the detector
# finds nothing there and slows it down ten times. That is right for this package alone. A package with generic
# code of its own or of others (the driver uses sync.Map) would bring copies of it that the linker may choose
# over the ones with the detector, which then reports races that are none.
foreign=-gcflags='modernc.org/sqlite/lib=-race=false'

# Files go to memory where there is enough of it, because the store's tests wait for thousands of fsyncs,
# and those hide no race. The same tests run on a real disk without the detector.
export GOTMPDIR="${GOTMPDIR:-${TMPDIR:-/tmp}}" # /dev/shm may forbid to run programs
need=$((1 << 20)) # KiB
if [ -w /dev/shm ] && [ "$(df -Pk /dev/shm | awk 'NR==2 {print $4}')" -gt "$need" ]; then
  TMPDIR=$(mktemp -d -p /dev/shm hookline-race.XXXXXX)
  trap 'rm -rf "$TMPDIR"' EXIT
  export TMPDIR
fi
export CGO_ENABLED=1 # the detector is a C library
go test -race -vet=off "$foreign" -timeout 20m "${packages[@]}"
