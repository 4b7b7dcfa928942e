#!/bin/sh
# Whether the database that DATABASE_URL names holds exactly what a backup's manifest says. Prints what differs: `<` is
# the manifest, `>` the database. Exit status 1 when something does.
#
#   DATABASE_URL=postgres://… sh deploy/backup/verify.sh FOLDER
set -eu
: "${DATABASE_URL:?the database to look at}"
here=$(cd "$(dirname "$0")" && pwd)
folder=$(cd "${1:?a folder that backup.sh has made}" && pwd)
(cd "$folder" && sha256sum --check --quiet SHA256SUMS) >&2

found=$(mktemp)
trap 'rm -f "$found"' EXIT
psql "$DATABASE_URL" --no-psqlrc --quiet --tuples-only --no-align --set=ON_ERROR_STOP=1 >"$found" <<SQL
begin isolation level repeatable read read only;
\i '$here/manifest.sql'
commit;
SQL
if ! diff "$folder/manifest" "$found"; then
  echo "the database is not what was backed up" >&2
  exit 1
fi
awk -F '|' '{ rows += $2 } END { print NR " tables, " rows " rows: as backed up" }' "$found"
