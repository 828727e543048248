#!/bin/sh
# Ready is who answers PONG; while it loads its data, Redis answers LOADING.
answer=$(sh /etc/redis/cli.sh ping)
echo "$answer"
[ "$answer" = PONG ]
