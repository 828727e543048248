#!/bin/sh
# `restore.sh DUMP [--replace]`: makes a dump (RDB) what the stopped Redis of this volume starts with. Refuses where the volume
# holds data, with 3, unless `--replace` is given; what is replaced stays beside it.
set -eu
dump=$1
folder=/data/appendonlydir
new=/data/appendonlydir.new

if redis-server --version | grep -q ' v=[0-6]\.'; then
  echo "A restore needs Redis 7 or newer: older ones keep the append-only file in another form." >&2
  exit 78
fi
if ! redis-check-rdb "$dump" > /tmp/check.log; then
  cat /tmp/check.log >&2
  echo "$dump is no dump that Redis can read; nothing was changed." >&2
  exit 1
fi

# Empty is an append-only file whose base has no keys and to which nothing was appended.
holds_data() {
  for file in "$folder"/*.aof; do
    if [ -s "$file" ]; then return 0; fi
  done
  for file in "$folder"/*.rdb; do
    if [ -e "$file" ] && ! redis-check-rdb "$file" | grep -q '\[info\] 0 keys read'; then return 0; fi
  done
  return 1
}
if holds_data && [ "${2-}" != --replace ]; then
  echo "This Redis holds data. To put the dump in its place, add --replace; nothing was changed." >&2
  exit 3
fi

rm -rf "$new"
mkdir "$new"
cp "$dump" "$new/appendonly.aof.1.base.rdb"
echo 'file appendonly.aof.1.base.rdb seq 1 type b' > "$new/appendonly.aof.manifest"
sync
if [ -e "$folder" ]; then mv "$folder" "$folder.replaced-$(date -u +%Y%m%dT%H%M%SZ)"; fi
mv "$new" "$folder"
echo "Restored: $(grep -o '[0-9]* keys read' /tmp/check.log)."
