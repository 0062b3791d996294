#!/usr/bin/env bash
# Sets up one part (venv, test, sandbox, browser) on Debian or Ubuntu; installs system packages only where it may.
set -euo pipefail
cd "$(dirname "$0")/.."

may_install() { [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null; }

# install PACKAGE… : by apt when we may; otherwise one clear line, and failure.
install() {
  local why=$1; shift
  if ! command -v apt-get >/dev/null; then
    echo "kisalli: $why is missing. Install: $*" >&2; return 1
  fi
  if ! may_install; then
    echo "kisalli: $why is missing. Run: sudo apt-get install $*" >&2; return 1
  fi
  local as=(); [ "$(id -u)" = 0 ] || as=(sudo -n)
  echo "Installing $* …"
  if ! "${as[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$@" >/dev/null 2>&1; then
    "${as[@]}" apt-get update -qq >/dev/null 2>&1 || true
    "${as[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$@" >/dev/null || {
      echo "kisalli: $why could not be installed. Run: apt-get install $*" >&2; return 1; }
  fi
}

find_python() {
  local candidate
  for candidate in ${PYTHON:-} python3 python3.13 python3.12 python3.11; do
    if command -v "$candidate" >/dev/null && "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      echo "$candidate"; return
    fi
  done
  echo "kisalli: Python 3.11 or newer is needed and was not found (set PYTHON=… to name one)." >&2
  return 1
}

pip_install() {
  .venv/bin/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt "$@"
}

case ${1:-} in
  venv)
    python=$(find_python)
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
      version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
      install "Python's venv module" "python$version-venv"
    fi
    [ -x .venv/bin/python ] || "$python" -m venv .venv
    echo "Installing Kisälli's packages (about a minute the first time) …"
    pip_install --editable .
    touch .venv/.ready
    ;;
  test)
    echo "Installing the packages of the tests …"
    pip_install --editable '.[test,lint]'
    touch .venv/.test-ready
    ;;
  sandbox)
    if ! command -v bwrap >/dev/null; then
      install "bubblewrap, the sandbox that grading runs in," bubblewrap ||
        echo "kisalli: going on without it; notebooks are graded in a weaker sandbox, or not at all in production." >&2
    fi
    ;;
  browser)
    if ! command -v chromium >/dev/null && ! command -v chromium-browser >/dev/null && ! command -v google-chrome >/dev/null; then
      install "Chromium, for the browser tests," chromium ||
        echo "kisalli: browser tests will be skipped." >&2
    fi
    ;;
  *)
    echo "usage: tools/setup.sh venv|test|sandbox|browser" >&2; exit 2
    ;;
esac
