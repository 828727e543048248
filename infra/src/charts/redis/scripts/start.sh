#!/bin/sh
# Starts Redis with one user. Redis gets only the SHA-256 of the password. sha256sum reads the file itself, so no process
# has the password among its arguments, and no other file has it in plain text.
set -eu
password=/etc/redis-secret/password
if [ ! -s "$password" ] || [ "$(wc -l < "$password")" -ne 0 ]; then
  echo "The password in redis-secret is empty or has a line break. Create it with \`npm run secret\`." >&2
  exit 78
fi
hash=$(sha256sum < "$password")
umask 077
echo "user default on #${hash%% *} ~* &* +@all" > /tmp/users.acl

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
