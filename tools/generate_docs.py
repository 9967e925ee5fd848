"""Write the generated pages of docs; `make docs` runs it, and a test checks that it was run."""

from pathlib import Path

from tools.reference.bundles import bundles_page
from tools.reference.cli import cli_page
from tools.reference.compatibility import compatibility_page
from tools.reference.faults import faults_page
from tools.reference.lint import lint_page
from tools.reference.management_api import management_api_page
from tools.reference.policies import FOLDER, policy_pages
from tools.reference.policy_index import policy_index
from tools.reference.settings import settings_page
from tools.reference.variables import variables_page

from gatewright.policies import POLICIES

ROOT = Path(__file__).parents[1]


def pages() -> dict[str, str]:
    """Every generated page by its path from the root of the repository."""
    return {
        "docs/compatibility.md": compatibility_page(),
        "docs/reference/settings.md": settings_page(),
        "docs/reference/cli.md": cli_page(),
        "docs/reference/lint.md": lint_page(),
        "docs/reference/bundles.md": bundles_page(),
        "docs/reference/variables.md": variables_page(),
        "docs/reference/management-api.md": management_api_page(),
        "docs/reference/faults.md": faults_page(POLICIES),
        f"{FOLDER}/README.md": policy_index(POLICIES),
        **policy_pages(POLICIES),
    }


def main() -> None:
    """Write the pages that have changed, remove those of policies that are gone, and say which."""
    wanted = pages()
    for name, text in wanted.items():
        path = ROOT / name
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            print(f"wrote {name}")
    for path in (ROOT / FOLDER).glob("*.md"):
        if path.relative_to(ROOT).as_posix() not in wanted:
            path.unlink()
            print(f"removed {path.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
