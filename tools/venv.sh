#!/usr/bin/env bash
# usage: tools/venv.sh runtime|dev
# Makes .venv from a Python >= 3.11 and installs requirements/<name>.txt and the project into it.
# A stamp holds what was installed, so that the next call does nothing until the pins or the Python change.
set -euo pipefail
name=$1
cd "$(dirname "$0")/.."

works() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

find_python() {
    local candidate
    for candidate in ${PYTHON:-} python3.13 python3.12 python3.11 python3; do
        if works "$candidate"; then command -v "$candidate"; return; fi
    done
    echo "No Python 3.11 or newer found. Install one, or name it: make PYTHON=/path/to/python3" >&2
    return 1
}

wanted() { cat "requirements/$name.txt" pyproject.toml tools/venv.sh | sha256sum; }
stamp=.venv/installed.$name
if [ -x .venv/bin/python ] && works .venv/bin/python && [ "$(wanted)" = "$(cat "$stamp" 2>/dev/null)" ]; then
    exit 0
fi

if ! works .venv/bin/python; then
    python=$(find_python)
    "$python" -c 'import ensurepip, venv' 2>/dev/null || tools/system_packages.sh venv
    echo "Creating .venv with $("$python" --version)"
    rm -rf .venv
    "$python" -m venv .venv
fi
echo "Installing requirements/$name.txt"
pip=(.venv/bin/python -m pip install --quiet --disable-pip-version-check)
"${pip[@]}" --require-hashes -r "requirements/$name.txt"
"${pip[@]}" --no-deps --no-build-isolation --editable .
wanted > "$stamp"
