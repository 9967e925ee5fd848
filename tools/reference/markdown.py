"""Markdown, as far as the generated pages need it."""

from collections.abc import Iterable, Sequence

NOTICE = "<!-- Written by `make docs` from the definitions in the code. Edit those. -->"


def page(title: str, *blocks: str) -> str:
    """A page: the title, the notice that it is generated, and the blocks with an empty line between them."""
    return "\n\n".join([f"# {title}", NOTICE, *(block for block in blocks if block)]) + "\n"


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; without rows, nothing."""
    lines = [_row(row) for row in rows]
    return "\n".join([_row(heads), _row(["---"] * len(heads)), *lines]) if lines else ""


def code(text: str) -> str:
    """Inline code, or nothing for an empty text."""
    return f"`{text}`" if text else ""


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"
