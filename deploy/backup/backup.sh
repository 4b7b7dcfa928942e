#!/bin/sh
# A backup of the PostgreSQL that DATABASE_URL names: a folder BACKUP_DIR/tampinha-<time> with the dump, a manifest of
# what was in each table at that very moment (rows and a hash), and checksums of both. Servers go on meanwhile. The folder
# has its name only once all of it has been checked; afterwards the oldest beyond BACKUP_KEEP are deleted.
#
#   DATABASE_URL=postgres://… BACKUP_DIR=/backups [BACKUP_KEEP=14] sh deploy/backup/backup.sh
#
# Needs PostgreSQL's client programs, of the server's version or newer. Prints the folder.
set -eu
: "${DATABASE_URL:?the database to back up}" "${BACKUP_DIR:?the folder for backups}"
here=$(cd "$(dirname "$0")" && pwd)
keep=${BACKUP_KEEP:-14}
case $keep in '' | *[!0-9]* | 0*) echo "BACKUP_KEEP=$keep is not a number of backups" >&2 && exit 2 ;; esac
umask 077
mkdir -p "$BACKUP_DIR"

name=tampinha-$(date -u +%Y%m%dT%H%M%SZ)
target=$BACKUP_DIR/$name
part=$BACKUP_DIR/.$name.$$
[ ! -e "$target" ] || { echo "$target is there already" >&2; exit 1; }
mkdir "$part"
trap 'rm -rf "$part"' EXIT
trap 'exit 1' INT TERM HUP

# One transaction holds the moment: pg_dump is shown it, and the manifest is taken from it. Its locks keep a month from
# being dropped between the two.
export DATABASE_URL part
psql "$DATABASE_URL" --no-psqlrc --quiet --tuples-only --no-align --set=ON_ERROR_STOP=1 >"$part/psql.log" <<SQL
begin isolation level repeatable read read only;
set local statement_timeout to 0;
select format('lock table %I.%I in access share mode', nspname, relname)
from pg_class join pg_namespace on pg_namespace.oid = relnamespace
where relkind in ('r', 'p') and relpersistence = 'p' and nspname !~ '^pg_' and nspname <> 'information_schema' \gexec
select pg_export_snapshot() as snapshot \gset
\setenv SNAPSHOT :snapshot
\! pg_dump "\$DATABASE_URL" --snapshot="\$SNAPSHOT" --format=custom --no-owner --no-privileges --file="\$part/dump" && touch "\$part/dumped"
\o '$part/manifest'
\i '$here/manifest.sql'
\o
commit;
SQL
[ -e "$part/dumped" ] || { echo "pg_dump failed" >&2; exit 1; }
[ -s "$part/manifest" ] || { echo "there are no tables in this database" >&2; exit 1; }
rm "$part/dumped" "$part/psql.log"

# Whether it can be read to its end.
pg_restore --file=/dev/null "$part/dump"
(cd "$part" && sha256sum dump manifest >SHA256SUMS)
mv "$part" "$target"

# Names sort by time.
find "$BACKUP_DIR" -mindepth 1 -maxdepth 1 -type d -name 'tampinha-*Z' | sort -r | tail -n +$((keep + 1)) |
  while read -r old; do rm -rf "$old"; done
echo "$target"
