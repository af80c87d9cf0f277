#!/usr/bin/env bash
# Starts Hookline with the examples: scripts/run.sh PROGRAM DATA LISTEN
set -euo pipefail
program=$1 data=$2 listen=$3

# What two of the examples ask of their callers; the scripts in examples/ send the same.
export HOOKLINE_ENV_PAYMENT_PASSWORD="${HOOKLINE_ENV_PAYMENT_PASSWORD:-example-password}"
export HOOKLINE_ENV_SENSOR_TOKEN="${HOOKLINE_ENV_SENSOR_TOKEN:-example-token}"

cat <<END
Hookline listens on http://$listen; its examples are the files examples/*.yaml.
There is no web page yet. The token of the management API is made at the first start, in $data/token;
the commands of $program read it from there.

In another terminal, post a real push of GitHub, and look at what became of it:

  curl http://$listen/api/webhooks/github-push -H 'Content-Type: application/json' --data-binary @examples/payloads/github_push_main.json
  $program executions show --last --data $data --url http://$listen
  $program records ls pushes --data $data --url http://$listen

Ctrl-C stops it.

END
exec "$program" serve --data "$data" --listen "$listen" --workflows examples
