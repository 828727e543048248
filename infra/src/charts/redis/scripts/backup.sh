#!/bin/sh
# `backup.sh FOLDER KEEP`: writes a dump (RDB) of Redis into the folder, checks it, and keeps the newest KEEP dumps.
set -eu
folder=$1
keep=$2
name="$folder/redis-$(date -u +%Y%m%dT%H%M%SZ).rdb"
umask 077
sh /etc/redis/cli.sh ${REDIS_HOST:+-h "$REDIS_HOST"} --rdb "$name.part" > /tmp/backup.log 2>&1 || { cat /tmp/backup.log >&2; exit 1; }
redis-check-rdb "$name.part" > /tmp/check.log || { cat /tmp/check.log >&2; exit 1; }
mv "$name.part" "$name"
echo "$name: $(grep -o '[0-9]* keys read' /tmp/check.log)."
# The names sort by date.
ls "$folder"/redis-*.rdb | sort -r | tail -n "+$((keep + 1))" | xargs -r rm --
