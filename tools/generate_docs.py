"""Write the generated pages of docs/reference; `make docs` runs it, and a test checks that it was run."""

from pathlib import Path

from tools.reference.cli import cli_page
from tools.reference.settings import settings_page

ROOT = Path(__file__).parents[1]


def pages() -> dict[str, str]:
    """Every generated page by its path from the root of the repository."""
    return {
        "docs/reference/settings.md": settings_page(),
        "docs/reference/cli.md": cli_page(),
    }


def main() -> None:
    """Write the pages that have changed and say which."""
    for name, text in pages().items():
        path = ROOT / name
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            print(f"wrote {name}")


if __name__ == "__main__":
    main()
