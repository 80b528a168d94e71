#!/usr/bin/env bash
# Installs those of the named Debian packages that are missing: bash eng/packages.sh PACKAGE...
set -euo pipefail

say() { printf '%s\n' "$*" >&2; }
die() { say "eng/packages.sh: $*"; exit 1; }

missing=()
for package; do
  [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
done
[ ${#missing[@]} -gt 0 ] || exit 0
[ "$(id -u)" = 0 ] || die "missing Debian packages; install them with: sudo apt-get install ${missing[*]}"
say "Installing ${missing[*]}"
apt=(apt-get -qq -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3)
{ DEBIAN_FRONTEND=noninteractive "${apt[@]}" update &&
  DEBIAN_FRONTEND=noninteractive "${apt[@]}" install -y --no-install-recommends "${missing[@]}"; } </dev/null >&2 ||
  die "could not install ${missing[*]}"
