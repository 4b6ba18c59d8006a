#!/bin/sh
# Healthy: the worker's heartbeat touched the file within the last 30 seconds.
[ -e "$1" ] && [ $(( $(date +%s) - $(stat -c %Y "$1") )) -le 30 ]
