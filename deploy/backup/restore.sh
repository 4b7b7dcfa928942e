#!/bin/sh
# Restores a backup into the empty database that DATABASE_URL names, all of it or nothing, and then compares every table
# with the manifest. Refuses a database in which there are tables, and a backup whose files have changed.
#
#   createdb tampinha && DATABASE_URL=postgres://…/tampinha sh deploy/backup/restore.sh FOLDER
set -eu
: "${DATABASE_URL:?the empty database to restore into}"
here=$(cd "$(dirname "$0")" && pwd)
folder=${1:?a folder that backup.sh has made}
(cd "$folder" && sha256sum --check --quiet SHA256SUMS) >&2

tables=$(psql "$DATABASE_URL" --no-psqlrc --quiet --tuples-only --no-align --set=ON_ERROR_STOP=1 --command="
  select count(*) from pg_class join pg_namespace on pg_namespace.oid = relnamespace
  where relkind in ('r', 'p') and nspname !~ '^pg_' and nspname <> 'information_schema'")
if [ "$tables" != 0 ]; then
  echo "this database is not empty: it has $tables tables" >&2
  exit 1
fi
pg_restore --dbname="$DATABASE_URL" --exit-on-error --single-transaction --no-owner --no-privileges "$folder/dump"
# The planner knows nothing of what has just come in.
psql "$DATABASE_URL" --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --command='analyze'
sh "$here/verify.sh" "$folder"
