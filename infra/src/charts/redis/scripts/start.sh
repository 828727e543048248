#!/bin/sh
# Starts Redis with one user, whose password is known to it by its SHA-256 alone. The file goes straight into the hash:
# no process has the password among its arguments, and no other file has it in the clear.
set -eu
password=/etc/redis-secret/password
if [ ! -s "$password" ] || [ "$(wc -l < "$password")" -ne 0 ]; then
  echo "The password in redis-secret is empty or holds a line break; make it with \`npm run secret\`." >&2
  exit 78
fi
hash=$(sha256sum < "$password")
umask 077
echo "user default on #${hash%% *} ~* &* +@all" > /tmp/users.acl

# Redis inherits the lock of its volume, so that no restore changes files under it. While a restore has the lock, it waits.
exec 9>> /data/.lock
flock 9 || echo "The file system of /data knows no locks: stop Redis before you restore." >&2

# With an append-only file, Redis never reads dump.rdb: it would start empty. So a dump becomes the base of that file, unless Redis
# holds data already.
if [ -e /data/dump.rdb ]; then
  code=0
  sh /etc/redis/restore.sh /data/dump.rdb || code=$?
  case $code in
    0) rm /data/dump.rdb ;;
    3) echo "Redis starts with its own data, and dump.rdb stays unread." >&2 ;;
    *) exit "$code" ;;
  esac
fi
exec redis-server /etc/redis/redis.conf
