#!/usr/bin/env bash
# Reports an invoice item to payment.yaml. With "changed", it is in euros.
set -euo pipefail
url="${HOOKLINE_URL:-http://127.0.0.1:13000}"
currency=usd
[ "${1:-}" != changed ] || currency=eur

sed "s/\"currency\":\"usd\"/\"currency\":\"$currency\"/" "$(dirname "$0")/payloads/stripe_invoiceitem_created.json" |
  curl -sS -w '\nHTTP %{http_code}\n' "$url/api/webhooks/payments/acct_123" \
    -u "payments:${PAYMENT_PASSWORD:-example-password}" \
    -H 'Content-Type: application/json' --data-binary @-
