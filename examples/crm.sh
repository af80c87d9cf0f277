#!/usr/bin/env bash
# Sends a batch of CRM events to crm.yaml: a customer's change, followed by the late event of its creation. With
# "changed", the customer is deleted, twice, and an older change arrives late. With "late", the first batch
# arrives again under another number.
set -euo pipefail
url="${HOOKLINE_URL:-http://127.0.0.1:13000}"

batch() { # NUMBER EVENTS
  curl -sS -w '\nHTTP %{http_code}\n' "$url/api/webhooks/crm-sync" \
    -H 'Content-Type: application/json' --data "{\"batch\": \"$1\", \"events\": [$2]}"
}

first='{"type": "customer.changed", "version": 3, "customer": {"id": "c_17", "name": "Quay Bakery", "email": "hello@bakery.example.com"}},
  {"type": "customer.created", "version": 1, "customer": {"id": "c_17", "name": "Bakery", "email": "hello@bakery.example.com"}}'
gone='{"type": "customer.deleted", "version": 4, "customer": {"id": "c_17"}}'

case "${1:-}" in
  changed) batch b2 "$gone, {\"type\": \"customer.changed\", \"version\": 2, \"customer\": {\"id\": \"c_17\", \"name\": \"Bakery\"}}, $gone" ;;
  late) batch b3 "$first" ;;
  *) batch b1 "$first" ;;
esac
