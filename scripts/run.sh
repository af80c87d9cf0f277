#!/usr/bin/env bash
# Starts Hookline with the examples: scripts/run.sh PROGRAM DATA LISTEN
set -euo pipefail
program=$1 data=$2 listen=$3

# The credentials that two of the examples expect; the scripts in examples/ send the same.
export HOOKLINE_ENV_PAYMENT_PASSWORD="${HOOKLINE_ENV_PAYMENT_PASSWORD:-example-password}"
export HOOKLINE_ENV_SENSOR_TOKEN="${HOOKLINE_ENV_SENSOR_TOKEN:-example-token}"

cat <<END

  This starts Hookline with the workflows of examples/ on http://$listen and keeps its data in $data.
  In another terminal, send it a GitHub push event and see what happened:

    curl http://$listen/api/webhooks/github-push -H 'Content-Type: application/json' --data-binary @examples/payloads/github_push_main.json
    $program executions show --last --data $data
    $program records ls pushes --data $data

  To look at it in a browser, open the set-up link that the first start prints below, and create the first admin; after that,
  sign in at http://$listen. Ctrl-C stops the server.
END
exec "$program" serve --data "$data" --listen "$listen" --workflows examples --log-format text
