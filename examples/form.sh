#!/usr/bin/env bash
# Sends a form to form.yaml as a browser does. With "changed", the company is large.
set -euo pipefail
url="${HOOKLINE_URL:-http://127.0.0.1:13000}"
employees=40
[ "${1:-}" != changed ] || employees=1200

curl -sS -w '\nHTTP %{http_code} %{redirect_url}\n' "$url/api/webhooks/contact-form" \
  --data-urlencode 'name=구매 담당자' \
  --data-urlencode 'email= Buyer@Example.com ' \
  --data-urlencode "employees=$employees" \
  --data-urlencode 'country=KR' \
  --data-urlencode 'message=Please call me back & bring a quote.'
