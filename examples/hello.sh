#!/usr/bin/env bash
# Sends the curl line from NocoBase's guide to hello.yaml. With "changed", the message is missing.
set -euo pipefail
url="${HOOKLINE_URL:-http://127.0.0.1:13000}"
body='{"event":"test","data":{"message":"Hello NocoBase"}}'
[ "${1:-}" != changed ] || body='{"event":"test","data":{}}'

curl -sS -w '\nHTTP %{http_code}\n' \
  -X POST "$url/api/webhook:trigger/your-workflow-key" -H 'Content-Type: application/json' -d "$body"
