#!/bin/sh
# Everything with one command; again, it changes what has changed. Returns when all of it is healthy.
#
#   sh deploy/compose/up.sh [name]
set -eu
cd "$(dirname "$0")"
sh init.sh "$@"
docker compose up --build --detach
# What everything else waits for has been waited for; this waits for those whom nobody does.
docker compose up --detach --no-deps --wait proxy backup grafana
cat <<'TEXT'
The page and the API answer at https://localhost. A key for the first caller:

  docker compose exec server-1 tampinha keys create --name me --scopes admin
TEXT
