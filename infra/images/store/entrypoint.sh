#!/usr/bin/env bash
# Writes S3Proxy's settings, then becomes the store. ARKETIC_STORE_ACCESS_KEY and ARKETIC_STORE_SECRET_KEY are its one key.
set -euo pipefail

readonly settings=/tmp/s3proxy.properties

umask 077
cat >"$settings" <<TEXT
s3proxy.endpoint=http://0.0.0.0:9000
s3proxy.authorization=aws-v2-or-v4
s3proxy.identity=${ARKETIC_STORE_ACCESS_KEY:?is not set}
s3proxy.credential=${ARKETIC_STORE_SECRET_KEY:?is not set}
jclouds.provider=filesystem-nio2
jclouds.identity=local
jclouds.credential=local
jclouds.filesystem.basedir=/var/lib/store
TEXT
exec java -Xmx192m -XX:+UseSerialGC -XX:+ExitOnOutOfMemoryError \
    -Dlog4j2.configurationFile=/opt/store/log4j2.properties \
    -cp '/opt/store/lib/*' org.gaul.s3proxy.Main --properties "$settings"
