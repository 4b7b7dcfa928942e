#!/bin/sh
# Makes what compose.yaml needs and nobody else can know: .env with passwords, and a certificate for the first start.
# What is there already is left alone.
#
#   sh deploy/compose/init.sh [name]      the name that clients call this machine by, default localhost
set -eu
cd "$(dirname "$0")"
name=${1:-localhost}
umask 077

password() { openssl rand -hex 24; }

if [ ! -e .env ]; then
  sed -e "s/^POSTGRES_PASSWORD=$/&$(password)/" \
    -e "s/^REDIS_PASSWORD=$/&$(password)/" \
    -e "s/^GRAFANA_PASSWORD=$/&$(password)/" .env.example >.env.new
  mv .env.new .env
  echo "wrote $(pwd)/.env"
fi

# Nobody but its owner enters the folder. The files in it are readable: the proxy's user is another one.
mkdir -p secrets
if [ ! -e secrets/tls.key ]; then
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -noenc -days 365 \
    -subj "/CN=$name" -addext "subjectAltName=DNS:$name,DNS:localhost,IP:127.0.0.1" \
    -keyout secrets/tls.key.new -out secrets/tls.crt 2>/dev/null
  mv secrets/tls.key.new secrets/tls.key
  chmod 644 secrets/tls.key secrets/tls.crt
  echo "wrote a self-signed certificate for $name; put one that clients trust in $(pwd)/secrets"
fi
