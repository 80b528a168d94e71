# Sourced by the scripts that call dotnet.
# Sparse environments (cron, env -i, some CI runners) have neither HOME nor dotnet on the path; dotnet needs both.
export HOME=${HOME:-$(getent passwd "$(id -u)" | cut -d: -f6)}
export PATH=${PATH:-/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin}:${DOTNET_ROOT:-/usr/share/dotnet}:$HOME/.dotnet
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_CLI_UI_LANGUAGE=en
# Build nodes that stay behind would keep our output open: whoever reads it through a pipe would wait for them.
export MSBUILDDISABLENODEREUSE=1
