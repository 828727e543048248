#!/bin/sh
# `restore-job.sh FOLDER`: what the Job redis-restore runs. It restores $DUMP, a file of the folder or a path, or the newest dump of the
# folder where there is no $DUMP. Any $REPLACE allows it to put the dump in the place of other data.
set -eu
folder=$1
exec 9>> /data/.lock
if ! flock -n 9; then
  echo "Redis runs on this volume. Stop it first: kubectl scale statefulset/redis --replicas=0. Nothing was changed." >&2
  exit 4
fi
dump=${DUMP:-$(ls "$folder" | grep '^redis-.*\.rdb$' | sort | tail -n 1)}
if [ -z "$dump" ]; then
  echo "There is no dump among the backups; nothing was changed." >&2
  exit 1
fi
case $dump in
  /*) ;;
  *) dump=$folder/$dump ;;
esac
umask 077
sh /etc/redis/restore.sh "$dump" ${REPLACE:+--replace}
echo "From $dump. Start Redis: kubectl scale statefulset/redis --replicas=1."
