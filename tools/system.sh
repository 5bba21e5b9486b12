#!/usr/bin/env bash
# Installs the programs that some tests drive for real: Chromium, LibreOffice, pdftoppm and a Chinese font.
# Where it may not install (no root, no apt), it says plainly what is missing; the tests then skip with that reason, and fail in CI.
set -u
missing=()
have() { command -v "$1" >/dev/null 2>&1; }
have chromium || have chromium-browser || have google-chrome || missing+=(chromium)
have soffice || missing+=(libreoffice-writer)
have pdftoppm || missing+=(poppler-utils)
{ have fc-list && fc-list :lang=zh | grep -q .; } || missing+=(fonts-noto-cjk)
[ "${#missing[@]}" = 0 ] && exit 0
as_root() { if [ "$(id -u)" = 0 ]; then "$@"; elif have sudo; then sudo -n "$@"; else return 1; fi; }
if have apt-get && as_root apt-get update -q >/dev/null 2>&1 &&
   DEBIAN_FRONTEND=noninteractive as_root apt-get install -y -q --no-install-recommends "${missing[@]}" >/dev/null 2>&1; then
  echo "installed: ${missing[*]}"
else
  echo "could not install: ${missing[*]} — tests that drive them will be skipped (fail in CI)" >&2
fi
exit 0
