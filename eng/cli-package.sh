#!/usr/bin/env bash
# Packs the command line, installs it from the package, and runs it there. About 15 seconds.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. eng/environment.sh

folder=$(mktemp -d /tmp/skipper-cli.XXXXXX)
trap 'rm -rf "$folder"' EXIT
cat >"$folder/nuget.config" <<END
<configuration><packageSources><clear /><add key="here" value="$folder" /></packageSources></configuration>
END

dotnet pack Cli -c Debug -o "$folder" -v quiet -clp:NoSummary
dotnet tool install Skipper.Cli --tool-path "$folder/tools" --configfile "$folder/nuget.config"
version=$("$folder/tools/skipper" --version)
"$folder/tools/skipper" help | grep -q '^  submit '
code=0
"$folder/tools/skipper" rnus 2>"$folder/error" || code=$?
[ $code = 2 ] && grep -q "Did you mean 'runs'?" "$folder/error"
echo "skipper $version runs from its package"
