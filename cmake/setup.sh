# What `./run` needs to be there before it builds: Debian's packages, and for the web Emscripten.
# Sourced by ../run. Everything fetched is kept in $LAB_CACHE, outside the checkout; a folder there
# is made under another name and renamed when it is complete, so a broken set-up never stays.

LAB_CACHE="${LAB_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/likelihood-lab}"
mkdir -p "$LAB_CACHE"

say() { printf '\033[2m· %s\033[0m\n' "$*" >&2; }
fail() {
  printf 'run: %s\n' "$*" >&2
  exit 1
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"
  elif command -v sudo >/dev/null; then sudo "$@"
  else fail "installing packages needs root: run it as root, or install sudo"
  fi
}

# need_packages NAME…: Debian packages, installed if any of them is missing.
need_packages() {
  local missing=() package
  for package in "$@"; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  command -v apt-get >/dev/null || fail "these are missing, and there is no apt-get to install them: ${missing[*]}"
  say "installing ${missing[*]}"
  export DEBIAN_FRONTEND=noninteractive
  as_root apt-get update -qq >"$LAB_CACHE/apt.log" 2>&1 || true
  as_root apt-get install -y --no-install-recommends "${missing[@]}" >>"$LAB_CACHE/apt.log" 2>&1 ||
    fail "apt-get could not install ${missing[*]}: $(grep -E '^(E|W|Err):' "$LAB_CACHE/apt.log" | tail -n 5)"
}

# need_tool COMMAND PACKAGE…: the packages, unless the command is on PATH already.
need_tool() {
  local tool=$1
  shift
  command -v "$tool" >/dev/null || need_packages "$@"
}

# The address of the Debian mirror this machine is set up to use.
debian_mirror() {
  # Some of these files are usually not there.
  { cat /etc/apt/sources.list.d/*.sources /etc/apt/sources.list.d/*.list /etc/apt/sources.list 2>/dev/null || true; } |
    grep -Eo '(https?|file)://[^ ]+' | grep -E '/debian/?$' | sed -n 1p
}

# Debian 12's Emscripten is too old for Eigen and for relaxed SIMD, so a root of Debian testing is
# made beside the system and its emcc is run inside it.
forky="$LAB_CACHE/forky"

need_forky() {
  [ -e "$forky/.complete" ] && return 0
  local mirror partial="$forky.partial"
  mirror=$(debian_mirror)
  [ -n "$mirror" ] || fail "no Debian mirror is named in /etc/apt; install Emscripten 4 or later so that emcc is on PATH"
  need_packages debootstrap
  say "making a Debian testing root with Emscripten (about two minutes, once)"
  as_root rm -rf "$partial"
  # The script is sid's: Debian 12 knows no forky. The mirror's Release file may be past its date.
  as_root debootstrap --variant=minbase --no-check-gpg --no-check-certificate \
    --include=ca-certificates,debian-archive-keyring,emscripten,cmake,ninja-build,libeigen3-dev,nlohmann-json3-dev,dpkg-dev,ccache \
    forky "$partial" "$mirror" /usr/share/debootstrap/scripts/sid >"$LAB_CACHE/forky.log" 2>&1 ||
    fail "the Debian testing root could not be made; debootstrap's words are in $LAB_CACHE/forky.log"
  as_root sh -c "echo 'Acquire::Check-Valid-Until \"false\";' >'$partial/etc/apt/apt.conf.d/90dates'
    echo 'deb-src $mirror forky main' >'$partial/etc/apt/sources.list.d/source.list'
    touch '$partial/.complete'"
  as_root mv "$partial" "$forky"
}

# in_forky COMMAND…: runs inside the root, with the checkout and the cache at their own paths. What is
# mounted for it is seen by it alone, and goes with it.
in_forky() {
  local private=()
  # In a root that is no mount point of its own there is nothing to make private.
  as_root unshare --mount true 2>/dev/null || private=(--propagation unchanged)
  as_root mkdir -p "$forky$PWD" "$forky$LAB_CACHE"
  as_root unshare --mount "${private[@]}" sh -c '
    forky=$1 checkout=$2 cache=$3
    shift 3
    mount --bind "$checkout" "$forky$checkout" && mount --bind "$cache" "$forky$cache" || {
      echo "run: could not mount $checkout inside $forky: a container may need the right to mount" >&2
      exit 1
    }
    mount -t proc proc "$forky/proc" || true
    exec chroot "$forky" /usr/bin/env -i PATH=/usr/bin:/bin HOME=/root LANG=C.UTF-8 \
      EM_CACHE="$cache/emscripten" EMCC_LOCAL_PORTS="sdl2=$cache/sdl2" CMAKE_CXX_COMPILER_LAUNCHER=ccache \
      CCACHE_DIR="$cache/ccache" CCACHE_BASEDIR="${checkout%/*}" CCACHE_NOHASHDIR=1 \
      sh -c "cd \"\$1\" && shift && exec \"\$@\"" sh "$checkout" "$@"' sh "$forky" "$PWD" "$LAB_CACHE" "$@"
}

# Source of Dear ImGui (its packaged form in Debian 12 is too old) and of the SDL2 that Emscripten
# builds: the upstream tarballs that Debian testing ships.
need_sources() {
  [ -e "$LAB_CACHE/imgui/imgui.h" ] && [ -e "$LAB_CACHE/sdl2/CMakeLists.txt" ] && return 0
  need_forky
  need_tool xz xz-utils
  say "fetching the source of Dear ImGui and SDL2"
  local partial="$LAB_CACHE/sources.partial"
  rm -rf "$partial"
  mkdir -p "$partial"
  # The Debian patches are not needed, so a failure to fetch them does no harm.
  in_forky sh -c "apt-get update -qq && cd '$partial' && chmod 777 . &&
    apt-get source -qq --download-only imgui libsdl2 || true" >"$LAB_CACHE/sources.log" 2>&1
  unpack_source "$partial" imgui imgui.h
  unpack_source "$partial" libsdl2 CMakeLists.txt
  rm -rf "$partial/libsdl2/android-project-ant"
  rm -rf "$LAB_CACHE/imgui" "$LAB_CACHE/sdl2"
  mv "$partial/imgui" "$LAB_CACHE/imgui"
  mv "$partial/libsdl2" "$LAB_CACHE/sdl2"
  rm -rf "$partial"
}

# unpack_source FOLDER NAME WITNESS: FOLDER/NAME from its upstream tarball.
unpack_source() {
  local tarball
  tarball=$(ls "$1/$2"_*.orig.tar.* 2>/dev/null | grep -v '\.asc$' | head -n 1) || true
  [ -n "$tarball" ] || fail "the source of $2 could not be fetched; apt-get's words are in $LAB_CACHE/sources.log"
  mkdir -p "$1/$2"
  tar -xf "$tarball" -C "$1/$2" --strip-components=1
  [ -e "$1/$2/$3" ] || fail "$tarball does not hold $3"
}

# need_headers ROOT: the header-only libraries of ROOT in a folder of their own, for a cross build.
need_headers() {
  [ -e "$LAB_CACHE/headers/.complete-2" ] && return 0
  need_packages libstb-dev
  rm -rf "$LAB_CACHE/headers"
  mkdir -p "$LAB_CACHE/headers"
  cp -rL "$1/usr/include/nlohmann" "$LAB_CACHE/headers/"
  cp -rL "$1/usr/include/eigen3/Eigen" "$LAB_CACHE/headers/"
  cp -rL /usr/include/stb "$LAB_CACHE/headers/"
  touch "$LAB_CACHE/headers/.complete-2"
}

# The handwritten digits of the UCI repository, 8x8, as scikit-learn's Debian package holds them:
# one file is taken out of it, nothing is installed.
need_data() {
  local digits="$LAB_CACHE/data/digits8.csv.gz" partial="$LAB_CACHE/data.partial"
  [ -e "$digits" ] && return 0
  say "fetching the 8x8 digits"
  rm -rf "$partial"
  mkdir -p "$partial" "$LAB_CACHE/data"
  (
    cd "$partial"
    apt-get download python3-sklearn || { as_root apt-get update -qq && apt-get download python3-sklearn; }
    dpkg-deb --fsys-tarfile python3-sklearn_*.deb |
      tar -xO ./usr/lib/python3/dist-packages/sklearn/datasets/data/digits.csv.gz >digits8.csv.gz
  ) >"$LAB_CACHE/data.log" 2>&1 ||
    fail "the 8x8 digits could not be fetched from Debian's python3-sklearn; the words are in $LAB_CACHE/data.log"
  mv "$partial/digits8.csv.gz" "$digits"
  rm -rf "$partial"
}

# Sets `playwright` to the module that drives Chromium: the newest that runs on Debian 12's Node 18.
need_playwright() {
  local version=1.61.1 folder
  folder="$LAB_CACHE/playwright-$version"
  playwright="$folder/node_modules/playwright-core/index.mjs"
  [ -e "$playwright" ] && return 0
  mkdir -p "$folder"
  npm install --no-fund --no-audit --prefix "$folder" "playwright-core@$version" >"$LAB_CACHE/npm.log" 2>&1 ||
    fail "npm could not install playwright-core: $(tail -n 5 "$LAB_CACHE/npm.log")"
  [ -e "$playwright" ] || fail "npm installed playwright-core without its index.mjs; its words are in $LAB_CACHE/npm.log"
}
