# shellcheck shell=bash disable=SC2154,SC2016
# Puts together what deploy/package packs. Sourced by it, not run: $program, $version, $architecture and $scratch are
# set there.

# The program without its symbols, which nothing reads at run time.
stage_program() {
    cp "$program" "$1"
    strip --strip-all --remove-section=.comment "$1"
    chmod 755 "$1"
}

# Manual pages, completions, sweep files and documents: what lies under share/ on every host.
stage_shared() {
    local shared=$1 pages=$1/man/man1
    mkdir -p "$shared"/bash-completion/completions "$shared"/{zsh,fish} "$shared"/sweep/sweeps "$shared"/doc/sweep
    "$program" --experimental-dump-help | deploy/debian/manual "$version" "$pages"
    gzip -9n "$pages"/*.1
    "$program" --generate-completion-script bash >"$shared/bash-completion/completions/sweep"
    "$program" --generate-completion-script zsh >"$shared/zsh/_sweep"
    "$program" --generate-completion-script fish >"$shared/fish/sweep.fish"
    cp sweeps/*.yaml "$shared/sweep/sweeps/"
    cp README.md Sources/*/*.docc/*.md "$shared/doc/sweep/"
    licences >"$shared/doc/sweep/copyright"
}

# What the licences of the parts demand that goes with the program: their texts, and their notices.
licences() {
    local part file swift_licence
    cat deploy/debian/copyright
    [ -d "$scratch/checkouts" ] || scratch=.build
    [ -d "$scratch/checkouts" ] || {
        echo "error: the licences of the parts lie in .build/checkouts; run swift package resolve" >&2
        return 1
    }
    for part in "$scratch"/checkouts/*; do
        for file in "$part"/LICENSE* "$part"/NOTICE*; do
            [ -f "$file" ] || continue
            printf '\n==== %s: %s\n\n' "$(basename "$part")" "$(basename "$file")"
            cat "$file"
        done
    done
    swift_licence=$(dirname "$(dirname "$(readlink -f "$(command -v swiftc)")")")/share/swift/LICENSE.txt
    [ -f "$swift_licence" ] || return 0
    printf '\n==== Swift: LICENSE.txt\n\n'
    cat "$swift_licence"
}

# Every file with the commit's time.
set_times() { find "$1" -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +; }

megabytes() { stat -c %s "$1" | awk '{ printf "%.1f MB", $1 / 1e6 }'; }

# The newest version of glibc that programs and libraries ask for.
newest_glibc() { objdump -T "$@" | grep -o 'GLIBC_[0-9.]*' | sed 's/GLIBC_//' | sort -uV | tail -n 1; }

# The packages that the program's libraries are in, as dpkg-shlibdeps finds them: it reads a control file of a source.
library_packages() {
    mkdir -p "$work/source/debian"
    printf 'Source: sweep\n\nPackage: sweep\nArchitecture: any\n' >"$work/source/debian/control"
    (cd "$work/source" && dpkg-shlibdeps -O "$work/program" 2>"$work/shlibdeps.log") |
        sed -n 's/^shlibs:Depends=//p'
}

make_debian_package() {
    local root=$1 package=$2 shared=$work/shared
    mkdir -p "$root"/DEBIAN "$root"/etc/sweep "$root"/usr/bin "$root"/usr/share "$root"/usr/lib/sysusers.d \
        "$root"/usr/lib/systemd/system "$root"/usr/share/zsh/vendor-completions \
        "$root"/usr/share/fish/vendor_completions.d
    cp "$work/program" "$root/usr/bin/sweep"
    cp -r "$shared"/{bash-completion,doc,man,sweep} "$root/usr/share/"
    cp "$shared/zsh/_sweep" "$root/usr/share/zsh/vendor-completions/"
    cp "$shared/fish/sweep.fish" "$root/usr/share/fish/vendor_completions.d/"
    cp deploy/systemd/*.service "$root/usr/lib/systemd/system/"
    cp deploy/systemd/sweep.sysusers "$root/usr/lib/sysusers.d/sweep.conf"
    depends=$(library_packages)
    [ -n "$depends" ] || { cat "$work/shlibdeps.log" >&2; return 1; }
    control "$(du -s --apparent-size -k "$root/usr" | cut -f 1)" >"$root/DEBIAN/control"
    install -m 755 deploy/debian/{postinst,prerm,postrm} "$root/DEBIAN/"
    (cd "$root" && find usr -type f -print0 | sort -z | xargs -0 md5sum) >"$root/DEBIAN/md5sums"
    set_times "$root"
    # One thread, and xz, which every version of dpkg reads: the bytes depend on neither host nor its cores.
    dpkg-deb -Zxz --threads-max=1 --root-owner-group --build "$root" "$package" >/dev/null
}

control() {
    sed -e "s/@VERSION@/$version/; s/@ARCHITECTURE@/$architecture/; s/@SIZE@/$1/; s/@DEPENDS@/$depends/" \
        -e "s/@MAINTAINER@/${DEBFULLNAME:-Maintainers of sweep} <${DEBEMAIL:-sweep@localhost}>/" deploy/debian/control
}

# The libraries that a program loads and that are not glibc's, as `soname path`. glibc stays the host's: it has to fit
# the host's loader, name services and kernel.
foreign_libraries() {
    ldd "$1" | awk '$2 == "=>" { print $1, $3 }' |
        grep -vE '^(ld-linux.*|lib(c|m|dl|rt|pthread|resolv|util|anl|nsl)\.so\.[0-9]+) ' | LC_ALL=C sort
}

make_tarball() {
    local name root soname path owner
    name=$(basename "$2" .tar.gz)
    root=$1/$name
    mkdir -p "$root"/bin "$root"/lib "$root"/share/systemd "$root"/share/doc/sweep/libraries
    cp "$work/program" "$root/bin/sweep"
    cp -r "$work"/shared/. "$root/share/"
    cp deploy/systemd/*.service "$root/share/systemd/"
    # DT_RPATH and not RUNPATH: it also holds for what libraries load, which so stay as Debian built them, and it comes
    # before LD_LIBRARY_PATH, by which clusters offer libraries of other compilers.
    patchelf --force-rpath --set-rpath '$ORIGIN/../lib' "$root/bin/sweep"
    while read -r soname path; do
        path=$(readlink -f "$path")
        install -m 644 "$path" "$root/lib/$soname"
        owner=$({ dpkg-query -S "$path" || dpkg-query -S "${path#/usr}"; } 2>/dev/null | head -n 1 | cut -d : -f 1)
        [ -n "$owner" ] || { echo "error: $path is of no Debian package, so its licence is not known" >&2; return 1; }
        cp "/usr/share/doc/$owner/copyright" "$root/share/doc/sweep/libraries/$owner"
    done < <(foreign_libraries "$work/program")
    set_times "$root"
    tar --directory "$1" --sort=name --owner=0 --group=0 --numeric-owner --format=gnu --mtime="@$SOURCE_DATE_EPOCH" \
        -cf - "$name" | gzip -9n >"$2"
}
