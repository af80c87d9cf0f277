#!/usr/bin/env bash
# Sends an order to relay.yaml. With "changed", it has no lines, and the partner refuses it.
set -euo pipefail
url="${HOOKLINE_URL:-http://127.0.0.1:13000}"
lines='[{"sku":"rope-20m","quantity":2,"price":19.90}]'
[ "${1:-}" != changed ] || lines='[]'

curl -sS -w '\nHTTP %{http_code}\n' "$url/api/webhooks/order-relay" \
  -H 'Content-Type: application/json' \
  --data "{\"id\":\"so_1042\",\"lines\":$lines}"
