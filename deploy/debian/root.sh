# shellcheck shell=bash disable=SC2016
# A Debian of its own to install in, for deploy/test-package. Sourced by it, not run.

# A Debian of the release of this host, by the mirror that apt has here.
make_root() {
    local mirror suite
    suite=$(. /etc/os-release && echo "$VERSION_CODENAME")
    mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' "Codename: $suite" |
        head -n 1)
    [ -n "$mirror" ] || { echo "apt has no mirror of Debian $suite" >&2; return 1; }
    debootstrap --variant=minbase "$suite" "$1" "$mirror"
}

# in_root ROOT [--as=USER] COMMAND: there, with no network but loopback, no environment, and no process of this host.
in_root() {
    local root=$1 user=root
    shift
    case $1 in --as=*) user=${1#--as=} && shift ;; esac
    unshare --mount --pid --net --fork sh -c '
        mount -t proc proc "$1/proc" && mount --rbind /dev "$1/dev" && ip link set lo up
        exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root chroot --userspec="$2" "$1" sh -c "$3"
    ' in_root "$root" "$user" "$1"
}

# As in_root, where packages are installed: with the network of this host, and what its apt knows of proxies.
with_network() {
    local root=$1
    cp /etc/resolv.conf "$root/etc/resolv.conf"
    apt-config dump | grep -E '^Acquire::(http|https)::Proxy' >"$root/etc/apt/apt.conf.d/90host-proxy" || true
    # Debian's maintainer scripts start no services there.
    printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d" && chmod +x "$root/usr/sbin/policy-rc.d"
    unshare --mount --pid --fork sh -c '
        mount -t proc proc "$1/proc" && mount --rbind /dev "$1/dev"
        exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root DEBIAN_FRONTEND=noninteractive chroot "$1" sh -c "$2"
    ' with_network "$root" "$2"
    rm "$root/usr/sbin/policy-rc.d" "$root/etc/apt/apt.conf.d/90host-proxy"
}

# What a package could leave behind: everything but the lists and logs of dpkg and apt, and results.
list_files() {
    (cd "$1" && find . -xdev -not -path './var/lib/dpkg/*' -not -path './var/cache/*' -not -path './var/lib/apt/*' \
        -not -path './var/log/*' -not -path './root/*' -not -path './tmp/*' -not -path './proc/*' | LC_ALL=C sort)
}

# boot ROOT LOG UNIT: starts systemd there, which ends after UNIT; all that its console shows goes into LOG.
boot() {
    local group groups
    groups=$(own_groups "sweep-boot-$$")
    for group in $groups; do mkdir -p "$group"; done
    # It wants a /run that is no disk, which hosts without systemd may not have; and a console that is a terminal.
    timeout --kill-after=10 "${BOOT_SECONDS:-900}" unshare --mount sh -c '
        for group in $3; do echo $$ >"$group/cgroup.procs"; done
        mount -t tmpfs tmpfs /run
        export root="$1" unit="$2"
        exec script --quiet --return --command "exec systemd-nspawn --quiet --directory=\$root --boot \
            --private-network --register=no --keep-unit --link-journal=no systemd.unit=\$unit" /dev/null
    ' boot "$1" "$3" "$groups" >"$2" 2>&1 </dev/null || true
    for group in $groups; do find "$group" -depth -type d -exec rmdir {} + || true; done
}

# Control groups of that name below the ones of this process, where a booted system keeps its own.
own_groups() {
    local mount path
    for kind in cgroup2 'cgroup -O name=systemd'; do
        # shellcheck disable=SC2086
        mount=$(findmnt --noheadings --first-only --output TARGET --types $kind) || continue
        case $kind in
        cgroup2) path=$(sed -n 's/^0:://p' /proc/self/cgroup) ;;
        *) path=$(sed -n 's/^[0-9]*:name=systemd://p' /proc/self/cgroup) ;;
        esac
        echo "${mount}${path%/}/$1"
    done
}

# Whether systemd starts there at all.
can_boot() {
    unit "$1" boots /bin/true
    BOOT_SECONDS=90 boot "$1" "$2" boots.target
    [ -e "$1/boots.done" ]
}

# Has the services of the package run there, as deploy/systemd/check says.
boot_and_check() {
    install -m 755 deploy/systemd/check "$1/usr/local/sbin/check-sweep"
    cp sweeps/quick.yaml "$1/etc/sweep/quick.yaml"
    unit "$1" check /usr/local/sbin/check-sweep
    boot "$1" "$2" check.target
    [ -e "$1/check.done" ]
}

# unit ROOT NAME COMMAND: a target that runs the command, into /NAME.log, writes /NAME.done where it succeeds, and
# powers off.
unit() {
    cat >"$1/etc/systemd/system/$2.service" <<UNIT
[Unit]
After=multi-user.target
SuccessAction=poweroff-force
FailureAction=poweroff-force
[Service]
Type=oneshot
ExecStart=$3
ExecStartPost=/bin/touch /$2.done
StandardOutput=append:/$2.log
StandardError=inherit
UNIT
    cat >"$1/etc/systemd/system/$2.target" <<UNIT
[Unit]
Requires=multi-user.target
Wants=$2.service
After=multi-user.target
UNIT
}

# Mounts that a killed run left go first: what they show is this host's.
remove_work() {
    local mounted
    while read -r mounted; do umount --lazy "$mounted" || true; done < <(
        awk -v under="$1/" 'index($2, under) == 1 { print $2 }' /proc/mounts | sort -r)
    rm -rf --one-file-system "$1"
}
