#!/usr/bin/env bash
# Makes .venv with everything that `make run` needs, or with `dev` everything that `make test` needs too.
# Works on a bare Debian/Ubuntu or macOS with Python 3.11–3.13; installs python3-venv where it may and must.
set -eu
cd "$(dirname "$0")/.."
what="${1:-run}"
stamp=".venv/.ready-$what"
if [ -f "$stamp" ] && [ "$stamp" -nt pyproject.toml ] && [ "$stamp" -nt constraints.txt ]; then exit 0; fi

fits() { "$1" -c 'import sys; sys.exit(not ((3, 11) <= sys.version_info[:2] < (3, 14)))' 2>/dev/null; }

find_python() {
  for name in "${PYTHON:-}" python3.13 python3.12 python3.11 python3 python; do
    if [ -n "$name" ] && command -v "$name" >/dev/null 2>&1 && fits "$name"; then echo "$name"; return; fi
  done
}

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; elif command -v sudo >/dev/null 2>&1; then sudo -n "$@"; else return 1; fi; }

python="$(find_python)"
if [ -z "$python" ]; then
  echo "dingdian needs Python 3.11, 3.12 or 3.13 (需要 Python 3.11–3.13)" >&2
  exit 1
fi
if [ ! -x .venv/bin/python ] || ! fits .venv/bin/python; then
  rm -rf .venv
  if ! "$python" -m venv .venv 2>/dev/null; then
    # A stock Debian or Ubuntu has Python without its venv module.
    rm -rf .venv
    version="$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')"
    { as_root apt-get update -q && as_root apt-get install -y -q "python$version-venv"; } >/dev/null 2>&1 || {
      echo "Cannot make a virtual environment: install python$version-venv (无法创建虚拟环境，请安装 python$version-venv)" >&2
      exit 1
    }
    "$python" -m venv .venv
  fi
fi
.venv/bin/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt uv
if [ "$what" = dev ]; then
  VIRTUAL_ENV="$PWD/.venv" .venv/bin/uv pip install --quiet --constraint constraints.txt --editable . --group dev
else
  VIRTUAL_ENV="$PWD/.venv" .venv/bin/uv pip install --quiet --constraint constraints.txt --editable .
fi
echo "Compiling kernels, once (首次编译计算内核，约一分钟)" >&2
.venv/bin/python -m dingdian.loop.warm
touch "$stamp"
