#!/bin/sh
# `restore-job.sh FOLDER`: the work of the Job redis-restore. It restores $DUMP, a file of the folder or a path. Without $DUMP it
# restores the newest dump of the folder. With a $REPLACE it may replace existing data.
set -eu
folder=$1
exec 9>> /data/.lock
if ! flock -n 9; then
  echo "Redis runs on this volume. Stop it first: kubectl scale statefulset/redis --replicas=0. Nothing was changed." >&2
  exit 4
fi
dump=${DUMP:-$(ls "$folder" | grep '^redis-.*\.rdb$' | sort | tail -n 1)}
if [ -z "$dump" ]; then
  echo "There is no dump among the backups. Nothing was changed." >&2
  exit 1
fi
case $dump in
  /*) ;;
  *) dump=$folder/$dump ;;
esac
umask 077
sh /etc/redis/restore.sh "$dump" ${REPLACE:+--replace}
echo "From $dump. Start Redis: kubectl scale statefulset/redis --replicas=1."
