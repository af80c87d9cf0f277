#!/usr/bin/env bash
# Sends a GitHub push event to github-push.yaml. With "changed", the event is the deletion of a tag.
set -euo pipefail
url="${HOOKLINE_URL:-http://127.0.0.1:13000}"
payload=github_push_main.json
[ "${1:-}" != changed ] || payload=github_push_tag_deleted.json

curl -sS -w '\nHTTP %{http_code}\n' "$url/api/webhooks/github-push" \
  -H 'Content-Type: application/json' -H 'X-GitHub-Event: push' \
  --data-binary "@$(dirname "$0")/payloads/$payload"
