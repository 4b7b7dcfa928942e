#!/usr/bin/env bash
# Installs what the tests need beyond npm packages (Chromium), where it is missing and this user may.
set -euo pipefail
if command -v chromium >/dev/null || [ -n "${CHROMIUM:-}" ]; then exit 0; fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core >/dev/null
else
  echo "test/setup.sh: no Chromium and no right to install it: browser tests will be skipped" >&2
fi
