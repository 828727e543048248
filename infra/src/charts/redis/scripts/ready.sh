#!/bin/sh
# Redis is ready when it answers PONG. While it loads its data, it answers LOADING.
answer=$(sh /etc/redis/cli.sh ping)
echo "$answer"
[ "$answer" = PONG ]
