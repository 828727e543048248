#!/bin/sh
# `restore.sh DUMP [--replace]`: lets the stopped Redis of this volume start with a dump (RDB). Without `--replace` it ends with 3
# when the volume has data. Replaced data stays in a folder beside the new one.
set -eu
dump=$1
folder=/data/appendonlydir
new=/data/appendonlydir.new

if redis-server --version | grep -q ' v=[0-6]\.'; then
  echo "A restore needs Redis 7 or newer, because older versions have another form of the append-only file." >&2
  exit 78
fi
if ! redis-check-rdb "$dump" > /tmp/check.log; then
  cat /tmp/check.log >&2
  echo "Redis cannot read the dump $dump. Nothing was changed." >&2
  exit 1
fi

# An append-only file is empty when its base has no keys and its other files have no bytes.
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
  echo "This Redis has data. Nothing was changed. Add --replace to replace the data with the dump." >&2
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
