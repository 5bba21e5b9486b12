#!/usr/bin/env bash
# Makes .bench-venv with the peers of peers.txt, apart from ours: some are GPL or AGPL, and their pins are not ours.
# A peer that cannot be installed here is left out; the benchmarks then say that it is missing.
set -eu
cd "$(dirname "$0")/.."
stamp=.bench-venv/.ready
if [ -f "$stamp" ] && [ "$stamp" -nt benchmarks/peers.txt ]; then exit 0; fi
[ -x .bench-venv/bin/python ] || .venv/bin/python -m venv .bench-venv
install() { VIRTUAL_ENV="$PWD/.bench-venv" .venv/bin/uv pip install --quiet "$@"; }
install --requirement benchmarks/peers.txt || while read -r peer; do
  install "$peer" || echo "left out: $peer" >&2
done < benchmarks/peers.txt
touch "$stamp"
