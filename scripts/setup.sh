# Read by ./laddermill and ./test: finding the .NET SDK and installing what is missing.

say() { printf '%s: %s\n' "$me" "$*" >&2; }
die() { say "$@"; exit 1; }

# Leaves no build nodes behind: whoever waits for our output to be closed would wait for them too.
export MSBUILDDISABLENODEREUSE=1
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1

# Puts a .NET SDK that satisfies global.json first on the PATH.
require_sdk() {
    # A container may give a user no home, and the SDK needs one.
    if [ ! -w "${HOME:-}" ]; then
        export HOME=$root/artifacts/home
        mkdir -p "$HOME"
    fi
    local place
    for place in "" "${DOTNET_ROOT:-}" "$HOME/.dotnet" /usr/share/dotnet /usr/lib/dotnet /usr/local/share/dotnet; do
        if (cd "$root" && PATH=${place:+$place:}$PATH dotnet --version) >/dev/null 2>&1; then
            [ -z "$place" ] || export DOTNET_ROOT=$place PATH="$place:$PATH"
            return
        fi
    done
    die "needs the .NET 10 SDK (10.0.400 or newer), which is not here. Install it as" \
        "https://learn.microsoft.com/dotnet/core/install/linux says, then run this again."
}

# install_packages PACKAGE...: Debian packages, by root or by sudo that asks for no password. Fails when it cannot.
install_packages() {
    local as_root=() log
    command -v apt-get >/dev/null || return 1
    if [ "$(id -u)" != 0 ]; then
        sudo -n true 2>/dev/null || return 1
        as_root=(sudo -n)
    fi
    log=$(mktemp)
    say "installing $* with apt-get"
    # The package lists are refreshed only when they are missing or too old to find the packages.
    apt_install "$@" >"$log" 2>&1 \
        || { "${as_root[@]}" apt-get -q update </dev/null && apt_install "$@"; } >>"$log" 2>&1 \
        || { tail -n 20 "$log" >&2; rm -f "$log"; return 1; }
    rm -f "$log"
}

apt_install() {
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends \
        -o DPkg::Lock::Timeout=300 install "$@" </dev/null
}
