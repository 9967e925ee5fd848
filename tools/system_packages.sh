#!/usr/bin/env bash
# usage: tools/system_packages.sh USE
# Installs the packages that tools/system_packages.txt lists for USE and that are missing: as root on Debian;
# elsewhere it says what is missing and lets the caller go on (a test that needs it skips with the same words).
set -euo pipefail
use=$1
missing=()
while read -r for_use package command; do
    [ "$for_use" = "$use" ] || continue
    [ -e "$command" ] || PATH="$PATH:/usr/sbin:/sbin" command -v "$command" > /dev/null || missing+=("$package")
done < "$(dirname "$0")/system_packages.txt"
[ ${#missing[@]} -gt 0 ] || exit 0

if [ "$(id -u)" != 0 ] || ! command -v apt-get > /dev/null; then
    echo "Missing here: ${missing[*]} (Debian's names). Install them to run everything." >&2
    exit 0
fi
echo "Installing ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
# RUNLEVEL=1 keeps a freshly installed server such as nginx from starting by itself.
install() { RUNLEVEL=1 apt-get install -y -qq --no-install-recommends "${missing[@]}" > /dev/null; }
install 2> /dev/null || { apt-get update -qq && install; }
