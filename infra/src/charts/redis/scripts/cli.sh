#!/bin/sh
# redis-cli with the password in its environment: `kubectl exec -n data redis-0 -- sh /etc/redis/cli.sh info`.
set -eu
REDISCLI_AUTH=$(cat /etc/redis-secret/password)
export REDISCLI_AUTH
exec redis-cli "$@"
