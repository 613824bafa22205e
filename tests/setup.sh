#!/usr/bin/env bash
# Installs what a fresh Debian or Ubuntu with Rust lacks. `tests/setup.sh demo`: to build and run; `tests/setup.sh test`: to test as well.
# Must not know: how anything is built or tested. Does nothing, quickly, when all is there.
set -euo pipefail
cd "$(dirname "$0")/.."

purpose=${1:-test}
case $purpose in demo | test) ;; *) echo "Usage: tests/setup.sh demo|test" >&2; exit 2 ;; esac

stop() { echo "Setup: $*" >&2; exit 1; }
has() { command -v "$1" >/dev/null 2>&1; }

has cargo || stop "Rust is not here. Install Rust 1.92 or newer with rustup, then run this again."

# --- Packages of the system: what is missing, as package names.
can_compile() { has cc && printf '#include <stdio.h>\nint main(void) { return 0; }\n' | cc -x c -o /dev/null - 2>/dev/null; }
has_postgres() { has initdb || compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null; }
has_chromium() { node tests/browser/chromium.mjs >/dev/null 2>&1; }
has_venv() { [ -x .venv/bin/python ] || python3 -c 'import ensurepip, venv' >/dev/null 2>&1; }
ubuntu() { grep -qs '^ID=ubuntu' /etc/os-release; }

missing=()
can_compile || missing+=(gcc libc6-dev)
has make || missing+=(make)
has node || missing+=(nodejs)
has npm || missing+=(npm)
[ -e /etc/ssl/certs/ca-certificates.crt ] || missing+=(ca-certificates)
if [ "$purpose" = test ]; then
  has_postgres || missing+=(postgresql)
  # Without node the browser cannot be looked for, and is then surely wanted too.
  if ! has node || ! has_chromium; then if ubuntu; then missing+=(chromium-browser); else missing+=(chromium); fi; fi
  [ -d /usr/share/fonts/truetype/liberation ] || [ -d /usr/share/fonts/truetype/liberation2 ] || missing+=(fonts-liberation)
  has pdftotext || missing+=(poppler-utils)
  has qpdf || missing+=(qpdf)
  has strace || missing+=(strace)
  has_venv || missing+=(python3-venv)
fi

if [ ${#missing[@]} -gt 0 ]; then
  line="apt-get update && apt-get install -y --no-install-recommends ${missing[*]}"
  if ! has apt-get; then
    stop "this machine has no apt-get. Install what Debian calls: ${missing[*]}"
  elif [ "$(id -u)" = 0 ]; then
    as_root=()
  elif has sudo && { sudo -n true 2>/dev/null || [ -t 0 ]; }; then
    as_root=(sudo)
  else
    stop "packages are missing. As root, run: $line"
  fi
  echo "Setup: installs ${missing[*]}"
  "${as_root[@]}" apt-get update -qq || stop "apt-get update failed. As root, run: $line"
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null ||
    stop "the installation failed. As root, run: $line"
fi

# --- Packages of npm: the design system and a font to build with, a browser driver and an accessibility checker to test with.
if ! [ node_modules/.package-lock.json -nt package-lock.json ]; then
  echo "Setup: npm ci (the design system, a font, test tools)"
  npm ci --loglevel=error || stop "npm ci failed: the lines above say why."
  touch node_modules/.package-lock.json
fi
[ "$purpose" = test ] || exit 0

# --- What only the tests need.
if ! cargo fmt --version >/dev/null 2>&1 || ! cargo clippy --version >/dev/null 2>&1; then
  has rustup || stop "cargo fmt and cargo clippy are missing: install rustfmt and clippy as Rust itself was installed."
  echo "Setup: rustup component add rustfmt clippy"
  rustup component add rustfmt clippy || stop "rustfmt and clippy could not be added: the lines above say why."
fi
[ "$(node -p 'process.versions.node.split(".")[0]')" -ge 18 ] || stop "the browser tests need Node 18 or newer; here is $(node --version)."
node tests/browser/chromium.mjs >/dev/null || exit 1
if ! [ .venv/ready -nt tests/pdf/requirements.txt ] || ! [ .venv/ready -nt tests/statistics/requirements.txt ]; then
  echo "Setup: a Python environment in .venv for the PDF checks, and for checking what reports reckon"
  { python3 -m venv .venv && .venv/bin/python -m pip install --quiet --disable-pip-version-check \
    --requirement tests/pdf/requirements.txt --requirement tests/statistics/requirements.txt; } ||
    stop "the Python environment could not be made: the lines above say why."
  touch .venv/ready
fi
