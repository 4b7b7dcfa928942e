#!/bin/sh
# Another version or model without a gap: the database first, then one server after the other, each healthy before the
# next is touched. Stops at the first that does not become so; the others go on as they are.
#
#   sh deploy/compose/upgrade.sh
set -eu
cd "$(dirname "$0")"
docker compose build server-1
docker compose run --rm prepare
for server in server-1 server-2 server-3; do
  docker compose up --detach --no-deps --wait "$server"
done
