#!/bin/sh
# Starts Redis with the password of the Secret, and with a dump from the volume when there is one.
set -eu
sh /etc/redis/users.sh

# Redis inherits the lock of its volume, so that no restore changes its files. It waits while a restore has the lock.
exec 9>> /data/.lock
flock 9 || echo "The file system of /data has no locks. Stop Redis before you restore." >&2

# With an append-only file, Redis ignores dump.rdb and would start empty. So the dump becomes the base of that file, unless Redis
# already has data.
if [ -e /data/dump.rdb ]; then
  code=0
  sh /etc/redis/restore.sh /data/dump.rdb || code=$?
  case $code in
    0) rm /data/dump.rdb ;;
    3) echo "Redis starts with its own data and ignores dump.rdb." >&2 ;;
    *) exit "$code" ;;
  esac
fi
exec redis-server /etc/redis/redis.conf
