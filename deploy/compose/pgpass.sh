#!/bin/sh
# Writes 'pgpass' for the workers from 'db-password.txt'. Compose mounts secrets with the file's own owner and mode, and the
# container's user is 1654.
set -eu
cd "$(dirname "$0")"
umask 077
printf '*:*:*:dnc:%s\n' "$(cat db-password.txt)" > pgpass
chown 1654:1654 pgpass 2>/dev/null || echo "pgpass: not root, so make it readable for the user 1654 of the container yourself" >&2
