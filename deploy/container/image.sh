# shellcheck shell=bash disable=SC2154,SC2016
# The image, built and run without a registry, for deploy/test-package. Sourced by it, not run.

# buildah with a storage of its own, in the directory of the test.
image() { buildah --root "$work/storage" --runroot "$work/runroot" --storage-driver vfs "$@"; }

# build_image ROOT TARBALL: localhost/sweep of deploy/container/Containerfile, over that Debian.
build_image() {
    local container context=$work/context
    mkdir -p "$context/deploy/container" "$context/.build-package"
    cp deploy/container/serve "$context/deploy/container/"
    cp "$2" "$context/.build-package/"
    tar --directory "$1" --one-file-system -cf "$work/base.tar" .
    container=$(image from scratch)
    image add --quiet "$container" "$work/base.tar" / >/dev/null
    image commit --quiet "$container" localhost/base >/dev/null
    image rm "$container" >/dev/null
    rm "$work/base.tar"
    image build --quiet --isolation chroot --build-arg BASE=localhost/base \
        --file deploy/container/Containerfile --tag localhost/sweep "$context" >/dev/null
}

# check_image STATE: runs a sweep in it until it is over, with its one volume at STATE, and stops it then.
check_image() {
    local container root changed
    container=$(image from localhost/sweep)
    # A volume that Kubernetes made for the group: others can write into it.
    install -d -o root -g 10001 -m 2777 "$1"
    root=$(image mount "$container")
    touch "$work/started"
    image run --isolation chroot --volume "$1:/var/lib/sweep" "$container" -- sh -euc '
        [ "$(id -u)" = 10001 ]
        serve /opt/sweep/share/sweep/sweeps/quick.yaml --out run --quiet 2>log & server=$!
        until grep -q "The sweep is over" log; do
            kill -0 $server || { cat log >&2; exit 1; }
            sleep 0.5
        done
        sweep status --out run
        kill -TERM $server
        wait $server'
    # An image that is run read-only can do no more than this.
    changed=$(find "$root" -xdev -newer "$work/started" -type f -not -path "$root/etc/*" -not -path "$root/run/*")
    [ -z "$changed" ] || { echo "error: it writes outside of its volume: $changed" >&2; return 1; }
}
