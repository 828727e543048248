#!/bin/sh
# redis-cli with a password in its environment: `kubectl exec -n data redis-0 -- sh /etc/redis/cli.sh info`.
set -eu
password=/etc/redis-secret/password
# During a rotation Redis accepts the previous password until the end, and the new one only after it has read it.
if [ -e /etc/redis-secret/previous-password ]; then password=/etc/redis-secret/previous-password; fi
REDISCLI_AUTH=$(cat "$password")
export REDISCLI_AUTH
exec redis-cli "$@"
