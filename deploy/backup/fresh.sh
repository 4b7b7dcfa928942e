#!/bin/sh
# Exit status 0 when the newest backup in BACKUP_DIR is younger than a day and two hours. A health check.
set -eu
[ -n "$(find "${BACKUP_DIR:?}" -mindepth 1 -maxdepth 1 -type d -name 'tampinha-*Z' -mmin -1560)" ]
