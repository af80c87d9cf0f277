#!/usr/bin/env bash
# Makes sure that there is a Chromium for the tests of the web UI. Debian's is installed where it is missing.
set -euo pipefail
chromium=${CHROMIUM:-/usr/bin/chromium}
if [ -x "$chromium" ]; then exit 0; fi
if ! command -v apt-get >/dev/null; then
  echo "the tests of the web UI need Chromium: install it, and set CHROMIUM to its path" >&2
  exit 1
fi
echo "installing Chromium"
as_root=()
[ "$(id -u)" = 0 ] || as_root=(sudo)
"${as_root[@]}" apt-get update -qq
DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -y -qq --no-install-recommends chromium >/dev/null
