#!/bin/sh
# Write the locked requirements anew from pyproject.toml, for every platform and Python that is supported.
# Every file is checked by its hash; none names the index that it came from. Needs `uv` on PATH.
set -eu
cd "$(dirname "$0")/.."
lock() {
  target=requirements/$1
  shift
  uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
    --no-emit-index-url --no-emit-find-links "$@" --output-file "$target"
  if grep -n '://' "$target"; then
    echo "$target names a host" >&2
    exit 1
  fi
}
lock dev.txt pyproject.toml --extra service --group dev
lock runtime.txt pyproject.toml --constraint requirements/dev.txt
lock service.txt pyproject.toml --extra service --constraint requirements/dev.txt
lock build.txt --group build --constraint requirements/dev.txt
lock fuzz.txt --group fuzz --constraint requirements/dev.txt
lock go.txt --group go
