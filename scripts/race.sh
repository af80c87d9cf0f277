#!/usr/bin/env bash
# Runs tests with the race detector: scripts/race.sh PACKAGE...
# Their files go to memory where there is enough of it, because the store's tests wait for thousands
# of fsyncs, and those hide no race. The same tests run on a real disk without the detector.
set -euo pipefail
export GOTMPDIR="${GOTMPDIR:-${TMPDIR:-/tmp}}" # where programs are built must allow to run them
need=$((1 << 20)) # KiB
if [ -w /dev/shm ] && [ "$(df -Pk /dev/shm | awk 'NR==2 {print $4}')" -gt "$need" ]; then
  TMPDIR=$(mktemp -d -p /dev/shm hookline-race.XXXXXX)
  trap 'rm -rf "$TMPDIR"' EXIT
  export TMPDIR
fi
go test -race -timeout 20m "$@"
