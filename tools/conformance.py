"""`make conformance`: run the tables of what Edge does, then write docs/compatibility.md."""

import subprocess
import sys

from tools import generate_docs
from tools.reference.compatibility import AREAS


def main() -> None:
    """The status is pytest's."""
    modules = list(dict.fromkeys(module for area in AREAS for module in area.tests))
    status = subprocess.run([sys.executable, "-m", "pytest", "-n", "2", *modules], check=False).returncode
    if status == 0:
        generate_docs.main()
    sys.exit(status)


if __name__ == "__main__":
    main()
