#!/usr/bin/env bash
# README's two commands where nothing is: a fresh minimal Debian 12, as root. bare.sh [FOLDER]
# The root is made in FOLDER and stays there; without one, in a temporary folder that goes again.
# Says how long each command took.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. cmake/setup.sh

[ "$(id -u)" = 0 ] || fail "a Debian root is made by root alone"
if [ $# -gt 0 ]; then
  mkdir -p "$1"
  base=$(realpath "$1")
else
  base=$(mktemp -d)
  trap 'rm -rf "$base"' EXIT
fi
root="$base/root"
[ ! -e "$root" ] || fail "'$root' is there already; a bare machine is a new one"

# timed NAME COMMAND…: how long it took, and whether it went well.
failed=0
timed() {
  local name=$1 begin=$SECONDS status=0
  shift
  "$@" || status=$?
  printf '%s: %s after %d min %02d s\n' "$name" "$([ $status = 0 ] && echo well || echo "FAILED ($status)")" \
    $(((SECONDS - begin) / 60)) $(((SECONDS - begin) % 60))
  [ $status = 0 ] || failed=$((failed + 1))
}

need_packages debootstrap
mirror=$(debian_mirror)
[ -n "$mirror" ] || fail "no Debian mirror is named in /etc/apt"
debootstrap --variant=minbase bookworm "$root" "$mirror" >"$base/debootstrap.log" 2>&1 ||
  fail "the root could not be made: $(tail -n 3 "$base/debootstrap.log")"

# What this machine needs to reach its mirror and its npm registry is no part of the project.
cp -L /etc/resolv.conf /etc/hosts "$root/etc/"
# Under a name of its own: Debian's package of authorities writes over Debian's file of them.
authorities=
if [ -n "${NODE_EXTRA_CA_CERTS:-}" ]; then
  authorities=/etc/authorities.crt
  cp -L "$NODE_EXTRA_CA_CERTS" "$root$authorities"
fi
mkdir -p "$root/lab"
git ls-files -z | tar --null --files-from=- -c | tar -x -C "$root/lab"

# inside COMMAND…: in the root, in the checkout; what it starts ends with it.
inside() {
  unshare --mount --pid --fork --kill-child sh -c '
    root=$1; shift
    mount --bind "$root" "$root" && cd "$root"
    mount -t proc proc proc && mount --rbind /dev dev && mount -t tmpfs tmpfs dev/shm
    exec chroot . /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 ${LAB_CA:+NODE_EXTRA_CA_CERTS="$LAB_CA" npm_config_cafile="$LAB_CA"} \
      sh -c "cd /lab && exec \"\$@\"" sh "$@"' sh "$root" "$@"
}
export LAB_CA="$authorities"

# The page's address is there, and it is our page.
serves() {
  local port=8321 server i
  inside ./run web --port $port >"$base/web.log" 2>&1 &
  server=$!
  for i in $(seq 1 3600); do
    if (exec 3<>"/dev/tcp/127.0.0.1/$port" && printf 'GET / HTTP/1.0\r\n\r\n' >&3 && grep -q '<title>Likelihood Lab' <&3) 2>/dev/null; then
      kill "$server"
      return 0
    fi
    kill -0 "$server" 2>/dev/null || break
    sleep 1
  done
  tail -n 20 "$base/web.log"
  return 1
}

timed './run web, until the page is served' serves
timed './run test' inside ./run test
[ $failed = 0 ]
