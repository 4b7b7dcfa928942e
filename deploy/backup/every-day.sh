#!/bin/sh
# backup.sh once a day for as long as it runs; after a failure again in ten minutes.
#
#   DATABASE_URL=… BACKUP_DIR=… [BACKUP_EVERY_SECONDS=86400] sh deploy/backup/every-day.sh
set -eu
here=$(cd "$(dirname "$0")" && pwd)
# A shell waits for its child before it heeds a signal, but not while it waits in `wait`.
# There may be no child just then, which is no failure.
child=
trap 'kill ${child:+"$child"} 2>/dev/null || :; exit 0' TERM INT
rest() {
  sleep "$1" &
  child=$!
  wait "$child"
}
while :; do
  sh "$here/backup.sh" &
  child=$!
  if wait "$child"; then rest "${BACKUP_EVERY_SECONDS:-86400}"; else rest 600; fi
done
