#!/usr/bin/env bash
# Sends a survey response to survey.yaml. With "changed", the same person changes it.
set -euo pipefail
url="${HOOKLINE_URL:-http://127.0.0.1:13000}"
score=4
[ "${1:-}" != changed ] || score=9

curl -sS -w '\nHTTP %{http_code}\n' "$url/api/webhooks/survey" -H 'Content-Type: application/json' \
  --data "{\"email\": \"Guest@example.com\", \"country\": \"KR\", \"score\": $score, \"comment\": \"Fast answer\"}"
