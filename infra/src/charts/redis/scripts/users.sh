#!/bin/sh
# Writes the file with the one user of Redis, who has two passwords while `previous-password` is in the Secret. Redis gets their
# SHA-256 only: no process has a password among its arguments, and no other file has one in the clear. With `--load` the running
# Redis reads the file. Its open connections stay.
set -eu
hashes=
for name in password previous-password; do
  file=/etc/redis-secret/$name
  if [ "$name" = previous-password ] && [ ! -e "$file" ]; then continue; fi
  if [ ! -s "$file" ] || [ "$(wc -l < "$file")" -ne 0 ]; then
    echo "The $name in redis-secret is empty or has a line break. Make it with \`npm run secret\`." >&2
    exit 78
  fi
  hash=$(sha256sum < "$file")
  hash="#${hash%% *}"
  if [ "$hashes" != "$hash" ]; then hashes="${hashes:+$hashes }$hash"; fi
done
umask 077
echo "user default on $hashes ~* &* +@all" > /tmp/users.acl.new
mv /tmp/users.acl.new /tmp/users.acl
if [ "${1-}" != --load ]; then exit 0; fi

answer=$(sh /etc/redis/cli.sh acl load)
if [ "$answer" != OK ]; then
  echo "$answer" >&2
  exit 1
fi
case $hashes in
  *' '*) echo "Redis accepts two passwords." ;;
  *) echo "Redis accepts one password." ;;
esac
