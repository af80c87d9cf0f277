#!/usr/bin/env bash
# Sends a sensor's uplink to iot.yaml. With "changed", the sensor is hot.
set -euo pipefail
url="${HOOKLINE_URL:-http://127.0.0.1:13000}"
temperature=1.0
[ "${1:-}" != changed ] || temperature=41.5

sed "s/\"temperature\": 1.0/\"temperature\": $temperature/" "$(dirname "$0")/payloads/iot_ttn_uplink.json" |
  curl -sS -w '\nHTTP %{http_code}\n' "$url/api/webhooks/sensor-reading" \
    -H "X-Sensor-Token: ${SENSOR_TOKEN:-example-token}" \
    -H 'Content-Type: application/json' --data-binary @-
