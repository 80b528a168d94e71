#!/usr/bin/env bash
# Checks what Prometheus is given, and that each alert fires when it should and not otherwise. Uses promtool, or fetches Debian's
# package without installing it, as that would start a server.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

promtool=$(command -v promtool || true)
if [ -z "$promtool" ]; then
  work=$(mktemp -d /tmp/skipper-promtool.XXXXXX)
  trap 'rm -rf "$work"' EXIT
  chmod 755 "$work"
  fetch() { apt-get -qq -o APT::Sandbox::User=root download prometheus; }
  (cd "$work" && { fetch || { apt-get -qq update && fetch; }; } && dpkg -x ./*.deb .) >&2
  promtool=$work/usr/bin/promtool
fi
"$promtool" check config prometheus.yml
"$promtool" test rules alerts.test.yml

for alert in $(sed -n 's/.*alert: //p' alerts.yml); do
  grep -q "^### $alert\$" ../../docs/operations.md || { echo "docs/operations.md does not say what to do about $alert"; exit 1; }
done
