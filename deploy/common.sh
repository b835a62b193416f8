# Shared by quickstart and test: what both need of the host. Sourced, not run.

# Builds need the development packages; `gzip`, `tar` and `ps` are on every Debian.
build_packages=(libopenblas-dev libsqlite3-dev libzmq3-dev pkg-config)
# `sweep` runs without it, and then draws no figures.
figure_packages=(gnuplot-nox)
# `sweep data fetch` runs it; other hosts than the one that downloads need it not.
download_packages=(curl)

# Ends with exit code 1 unless Swift 6.1 or later is on the PATH.
require_swift() {
    local version
    if ! command -v swift >/dev/null; then
        echo "error: Swift is missing. Get a Swift 6 toolchain for Debian 12 from" \
            "https://www.swift.org/install/linux/ (swiftly installs it for one user), put it on the PATH, and run" \
            "this again." >&2
        exit 1
    fi
    if ! swift --version >/dev/null 2>&1; then
        echo "error: Swift is there but does not start:" >&2
        swift --version 2>&1 | head -n 3 >&2 || true
        echo "Install what it needs, or the toolchain anew: https://www.swift.org/install/linux/" >&2
        exit 1
    fi
    version=$(swift --version 2>/dev/null | sed -nE 's/.*Swift version ([0-9]+)\.([0-9]+).*/\1 \2/p' | head -n 1)
    set -- $version
    if [ "${1:-0}" -lt 6 ] || { [ "$1" -eq 6 ] && [ "$2" -lt 1 ]; }; then
        echo "error: this is Swift ${version/ /.}; Swift 6.1 or later is needed:" \
            "https://www.swift.org/install/linux/" >&2
        exit 1
    fi
}

# Installs those of the given Debian packages that are missing; ends with exit code 1 and the command where it may not.
install_packages() {
    local missing=() package as_root=()
    for package in "$@"; do
        [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    if [ "$(id -u)" -ne 0 ]; then
        if ! command -v sudo >/dev/null || { [ ! -t 0 ] && ! sudo -n true 2>/dev/null; }; then
            echo "error: these Debian packages are missing, and only root can install them. As root:" >&2
            echo "    apt-get install -y ${missing[*]}" >&2
            exit 1
        fi
        as_root=(sudo)
    fi
    echo "Installing ${missing[*]}" >&2
    "${as_root[@]}" apt-get update -qq
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "${missing[@]}" >&2
}
