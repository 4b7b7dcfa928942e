#!/bin/sh
# Before the servers start: brings the database up to date, and leaves a key in /data that Prometheus reads with. A key
# that the database does not know any more, after a restore or a revocation, is replaced.
set -eu
file=${1:-/data/metrics-key}

tampinha migrate
if [ -s "$file" ]; then
  # A key is tmp_, eight digits to recognise it by, and its secret.
  prefix=$(head -c 12 "$file")
  if tampinha keys list --format jsonl | grep -F "\"prefix\":\"$prefix\"" | grep -qF '"revoked":null'; then
    exit 0
  fi
fi
umask 022
tampinha keys create --name prometheus --scopes read --limit 0 >"$file.new"
mv "$file.new" "$file"
