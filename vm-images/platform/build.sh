#!/bin/bash
# Builds the platform artifacts from pinned Debian sources. Debian 12 (amd64) as root.
#
#   build.sh [PART]...     PART: kernel busybox bbjs bbclient iptables bios syslinux datastore; none means all
#
# Works in ${TMPDIR:-/tmp}/bootbank-platform (BUILD_DIR), writes artifacts/ and manifest.json.
# DEBIAN_MIRROR names another mirror, such as a dated one of snapshot.debian.org when a pinned version has left the archive.
# ALLOW_OTHER_TOOLS=1 builds with other compiler versions than sources.lock names: the hashes will differ.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
work=${BUILD_DIR:-${TMPDIR:-/tmp}/bootbank-platform}
artifacts=$here/artifacts
mirror=${DEBIAN_MIRROR:-http://deb.debian.org/debian}
jobs=${JOBS:-$(nproc)}

export LC_ALL=C TZ=UTC
export SOURCE_DATE_EPOCH=1767225600 # 2026-01-01
umask 022

# Geometry that the image recipes share.
boot_sectors=28608           # partition 1: sectors 64 to 28671
boot_first_sector=64
boot_volume_id=0B007BA0
datastore_sectors=${DATASTORE_SECTORS:-23324639}
datastore_uuid=52a5b6c0-5500-4e1f-8d2a-000c29b00b00
datastore_hash_seed=52a5b6c0-5500-4e1f-8d2a-000c29b00b01

say() { printf '== %s\n' "$*"; }
die() { printf 'build.sh: %s\n' "$*" >&2; exit 1; }

# ---- Sources ----

need_packages() {
  local missing=() package
  for package in gcc-multilib libc6-dev-i386 make bc flex bison libelf-dev lz4 xz-utils bzip2 patch dpkg-dev cpio \
    e2fsprogs dosfstools mtools linux-source-6.1 nodejs; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q '^install ok' || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] || die "install first: apt-get install ${missing[*]}"
}

check_tools() {
  local kind pair found
  while read -r kind pair; do
    [ "$kind" = tool ] || continue
    found=$(dpkg-query -W -f '${Version}' "${pair%%=*}" 2>/dev/null || echo none)
    [ "$found" = "${pair#*=}" ] && continue
    [ -n "${ALLOW_OTHER_TOOLS:-}" ] || die "expected $pair, found $found (ALLOW_OTHER_TOOLS=1 builds anyway)"
    say "other tool: ${pair%%=*} $found instead of ${pair#*=}"
  done <"$here/sources.lock"
}

apt_options() {
  local apt=$work/apt
  mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial"
  {
    for suite in bookworm trixie; do
      echo "deb-src [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $suite main"
    done
    echo "deb [arch=amd64,i386 signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror bookworm main"
  } >"$apt/sources.list"
  printf '%s\n' -q -o "Dir::Etc::sourcelist=$apt/sources.list" -o Dir::Etc::sourceparts=- \
    -o "Dir::State::lists=$apt/lists" -o "Dir::Cache=$apt/cache" -o APT::Sandbox::User=root \
    -o APT::Architecture=amd64 -o APT::Architectures::=amd64 -o APT::Architectures::=i386
}

sha256_of() { sha256sum <"$1" | cut -d' ' -f1; }

fetch_sources() {
  local downloads=$work/downloads kind pair file hash updated=
  mkdir -p "$downloads"
  mapfile -t options < <(apt_options)
  while read -r kind pair file hash; do
    case $kind in
    source | deb)
      if [ ! -f "$downloads/$file" ]; then
        [ -n "$updated" ] || { apt-get "${options[@]}" update >/dev/null; updated=1; }
        if [ "$kind" = source ]; then
          (cd "$downloads" && apt-get "${options[@]}" source --download-only "$pair" >/dev/null)
        else
          (cd "$downloads" && apt-get "${options[@]}" download "$pair" >/dev/null)
        fi
      fi
      file=$downloads/$file
      ;;
    file) ;;
    *) continue ;;
    esac
    [ -f "$file" ] || die "$pair: $file did not arrive"
    [ "$(sha256_of "$file")" = "$hash" ] || die "$file: expected SHA-256 $hash, found $(sha256_of "$file")"
  done <"$here/sources.lock"
}

# unpack_source NAME: a fresh $work/NAME with Debian's patches, then ours named patches/NAME-*.patch
unpack_source() {
  local name=$1 dsc
  dsc=$(awk -v name="$name" '$1 == "source" && index($2, name "=") == 1 && $3 ~ /\.dsc$/ { print $3 }' "$here/sources.lock")
  rm -rf "${work:?}/$name"
  (cd "$work" && dpkg-source --no-check -x "downloads/$dsc" "$name" >/dev/null 2>&1) || die "cannot unpack $dsc"
  apply_patches "$name"
}

apply_patches() {
  local file
  for file in "$here"/patches/"$1"-*.patch; do
    [ ! -f "$file" ] || patch -d "$work/$1" -p1 --no-backup-if-mismatch -s <"$file"
  done
}

unpack_deb() {
  local name=$1 file
  file=$(awk -v name="$name" '$1 == "deb" && $2 ~ "^" name "[:=]" { print $3 }' "$here/sources.lock")
  rm -rf "${work:?}/deb-$name"
  dpkg-deb -x "$work/downloads/$file" "$work/deb-$name"
}

# check_config WANTED FOUND: every line of WANTED took effect
check_config() {
  local line name bad=
  while read -r line; do
    case $line in
    'CONFIG_'*=n) name=${line%%=*} ;;
    '# CONFIG_'*' is not set') name=${line#\# } name=${name%% *} ;;
    'CONFIG_'*) grep -qxF -- "$line" "$2" || { echo "not in effect: $line" >&2; bad=1; }; continue ;;
    *) continue ;;
    esac
    ! grep -q "^$name=" "$2" || { echo "should be off: $name" >&2; bad=1; }
  done <"$1"
  [ -z "$bad" ] || die "$(basename "$1") asks for options that this version does not have"
}

quietly() { "$@" >"$work/$part.log" 2>&1 || { tail -40 "$work/$part.log" >&2; die "failed: $*"; }; }

# ---- Parts ----

build_kernel() {
  rm -rf "$work/kernel" && mkdir -p "$work/kernel"
  tar -xf /usr/src/linux-source-6.1.tar.xz -C "$work/kernel" --strip-components=1
  apply_patches kernel
  cd "$work/kernel"
  export KBUILD_BUILD_TIMESTAMP='Thu Jan  1 00:00:00 UTC 2026' KBUILD_BUILD_USER=bootbank KBUILD_BUILD_HOST=bootbank
  export KBUILD_BUILD_VERSION=1 KCFLAGS=-ffile-prefix-map=$PWD=linux KAFLAGS=-ffile-prefix-map=$PWD=linux
  quietly make ARCH=i386 tinyconfig
  quietly scripts/kconfig/merge_config.sh -m .config "$here/kernel.config"
  quietly make ARCH=i386 olddefconfig
  check_config "$here/kernel.config" .config
  quietly make -j"$jobs" ARCH=i386 bzImage
  # v86 wants an even length, the loaders do not mind padding.
  cp arch/x86/boot/bzImage "$artifacts/bzImage"
  truncate -s %4 "$artifacts/bzImage"
  unset KCFLAGS KAFLAGS
}

build_busybox() {
  unpack_source busybox
  cd "$work/busybox"
  local flags="-m32 -march=pentium3 -ffile-prefix-map=$PWD=busybox"
  quietly make defconfig
  local name value
  while IFS='=' read -r name value; do
    sed -i "/^$name=/d;/^# $name is not set/d" .config
    if [ "$value" = n ]; then echo "# $name is not set"; else echo "$name=$value"; fi >>.config
  done < <(grep '^CONFIG_' "$here/busybox.config")
  quietly bash -c 'yes "" | make oldconfig'
  check_config "$here/busybox.config" .config
  quietly make -j"$jobs" CONFIG_EXTRA_CFLAGS="$flags" busybox
  cp busybox "$artifacts/busybox"
}

engine_flags=(-m32 -march=pentium3 -msse2 -mfpmath=sse -O2 -fwrapv -fno-pie -funsigned-char -fno-asynchronous-unwind-tables
  -ffunction-sections -fdata-sections -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -D_TIME_BITS=64)

build_bbjs() {
  unpack_source quickjs
  unpack_deb zlib1g-dev
  unpack_deb libcrypt-dev
  local source=$work/quickjs objects=$work/bbjs libraries=$work/deb-zlib1g-dev/usr file pids=()
  local flags=("${engine_flags[@]}" "-DCONFIG_VERSION=\"$(cat "$source/VERSION")\"" "-I$source" -I"$libraries/include"
    -idirafter "$work/deb-libcrypt-dev/usr/include" "-ffile-prefix-map=$work=." "-ffile-prefix-map=$here=.")
  rm -rf "$objects" && mkdir -p "$objects"
  # Order matters: it is the order in the program.
  for file in quickjs dtoa libregexp libunicode cutils quickjs-libc; do
    gcc "${flags[@]}" -w -c -o "$objects/1-$file.o" "$source/$file.c" & pids+=($!)
  done
  for file in main native socket process terminal filesystem codec bytecode; do
    gcc "${flags[@]}" -Wall -Wextra -Werror -Wno-unused-parameter -Wno-cast-function-type -c -o "$objects/2-$file.o" \
      "$here/bbjs/$file.c" & pids+=($!)
  done
  for file in "${pids[@]}"; do wait "$file" || die 'bbjs does not compile'; done
  gcc -m32 -static -no-pie -s -Wl,--build-id=none -Wl,--gc-sections -o "$artifacts/bbjs" "$objects"/*.o \
    "$libraries/lib/i386-linux-gnu/libz.a" "$work/deb-libcrypt-dev/usr/lib/i386-linux-gnu/libcrypt.a" -lm
  "$artifacts/bbjs" "$here/native-test.js"
}

build_bbclient() {
  gcc -m32 -march=pentium3 -Os -ffreestanding -fno-stack-protector -fno-pie -fno-asynchronous-unwind-tables \
    -fcf-protection=none -Wall -Wextra -Werror "-ffile-prefix-map=$here=." -nostdlib -static -no-pie -s \
    -Wl,--build-id=none -Wl,-z,noseparate-code -Wl,-z,norelro -o "$artifacts/bbclient" "$here/bbclient/bbclient.c"
  # In a mount namespace of its own: the client knows one socket path.
  unshare -m sh -c 'mount -t tmpfs none /run && exec node "$@"' sh "$here/bbclient/test.mjs" "$artifacts/bbclient"
}

build_iptables() {
  unpack_source iptables
  cd "$work/iptables"
  # Only the extensions that kernel.config has an other half for.
  local keep=' libxt_standard libxt_conntrack libxt_multiport libxt_addrtype libxt_comment libxt_limit libxt_iprange libxt_LOG
    libxt_tcp libxt_udp libxt_mac libipt_icmp libip6t_icmp6 libipt_REJECT libip6t_REJECT ' file name
  for file in extensions/lib*.c; do
    name=$(basename "$file" .c)
    [[ $keep =~ [[:space:]]$name[[:space:]] ]] || rm "$file"
  done
  quietly ./configure --host=i686-linux-gnu CC='gcc -m32' \
    CFLAGS="-march=pentium3 -Os -ffile-prefix-map=$PWD=iptables -ffunction-sections -fdata-sections" \
    --prefix=/usr --sysconfdir=/etc --disable-nftables --enable-static --disable-shared --disable-devel --disable-connlabel
  quietly make -j"$jobs" LDFLAGS='-all-static -Wl,--gc-sections -Wl,--build-id=none'
  strip -o "$artifacts/iptables" iptables/xtables-legacy-multi
}

build_bios() {
  unpack_deb seabios
  cp "$work/deb-seabios/usr/share/seabios/bios.bin" "$artifacts/bios.bin"
  cp "$work/deb-seabios/usr/share/seabios/vgabios-stdvga.bin" "$artifacts/vgabios.bin"
  truncate -s %4 "$artifacts/bios.bin" "$artifacts/vgabios.bin"
}

build_syslinux() {
  unpack_deb syslinux
  unpack_deb syslinux-common
  local image=$work/syslinux-fat.img
  cp "$work/deb-syslinux-common/usr/lib/syslinux/mbr/gptmbr.bin" "$artifacts/mbr.bin"
  [ "$(stat -c %s "$artifacts/mbr.bin")" -le 440 ] || die 'gptmbr.bin does not fit the MBR'
  rm -f "$image" && truncate -s $((boot_sectors * 512)) "$image"
  quietly mkfs.fat --invariant -F 16 -s 4 -r 512 -R 1 -f 2 -h "$boot_first_sector" -i "$boot_volume_id" -n BOOT "$image"
  quietly "$work/deb-syslinux/usr/bin/syslinux" --install "$image"
  # Hidden system files; the boot sector knows where LDLINUX.SYS lies, so it must stay where it is.
  [ "$(mdir -a -b -i "$image" :: | tr '\n' ' ')" = '::/ldlinux.sys ::/ldlinux.c32 ' ] || die 'SYSLINUX is not installed'
  gzip -9n <"$image" >"$artifacts/syslinux-fat.img.gz"
}

build_datastore() {
  local image=$work/datastore.img blocks=$((datastore_sectors / 8))
  rm -f "$image" && truncate -s $((blocks * 4096)) "$image"
  # Inode tables and journal count as zeroed (they are holes), so that no guest thread writes them later.
  MKE2FS_CONFIG=/dev/null E2FSPROGS_FAKE_TIME=$SOURCE_DATE_EPOCH quietly mke2fs -q -F -t ext4 -b 4096 -I 256 -N 5760 -m 0 \
    -O none,has_journal,ext_attr,dir_index,filetype,extent,flex_bg,sparse_super,large_file,huge_file,dir_nlink,extra_isize,uninit_bg \
    -J size=4 -L datastore1 -U "$datastore_uuid" \
    -E "lazy_itable_init=0,lazy_journal_init=0,nodiscard,root_owner=0:0,hash_seed=$datastore_hash_seed" "$image" "$blocks"
  node "$here/tools/image-to-runs.mjs" "$image" | gzip -9n >"$artifacts/datastore-ext4.runs.gz"
  rm -f "$image"
}

# ---- Main ----

parts=("$@")
[ $# -gt 0 ] || parts=(bbclient bbjs busybox iptables bios syslinux datastore kernel)
[ "$(id -u)" = 0 ] || die 'run as root: mkfs, native tests and file owners need it'
need_packages
check_tools
mkdir -p "$work" "$artifacts"
fetch_sources
for part in "${parts[@]}"; do
  declare -F "build_$part" >/dev/null || die "no such part: $part"
  say "$part"
  ("build_$part")
done
chmod 755 "$artifacts"/{bbclient,bbjs,busybox,iptables} 2>/dev/null || true
node "$here/tools/write-manifest.mjs"
say "done"
(cd "$artifacts" && ls -l | awk 'NR > 1 { print $5, $9 }')
