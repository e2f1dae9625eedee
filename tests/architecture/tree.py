"""The project's own files, as the tests of this folder read them."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ("app.py", "pages", "services")
EVERYTHING = (*PRODUCT, "tests", "data", "docs", ".ci", ".streamlit", "Makefile", "README.md", "CHANGELOG.md")
NOT_OURS = {"__pycache__", "runtime"}
MIGRATIONS = (
    ROOT / "services" / "store" / "migrations" / "versions"
)  # records of the past, never edited again


def files(*places: str, suffixes: tuple[str, ...] = (".py",)) -> list[Path]:
    """The files with these endings in these files and folders of the project; any ending if none is given."""
    return sorted(
        path
        for place in places
        for path in _all_under(ROOT / place)
        if path.is_file() and (not suffixes or path.suffix in suffixes) and not NOT_OURS & set(path.parts)
    )


def sources(*places: str, suffixes: tuple[str, ...] = (".py",)) -> list[Path]:
    """The files that somebody reads and edits: those that have content, without the migrations."""
    return [
        path
        for path in files(*places, suffixes=suffixes)
        if path.stat().st_size and MIGRATIONS not in path.parents
    ]


def _all_under(path: Path) -> Iterator[Path]:
    yield path
    if path.is_dir():
        yield from path.rglob("*")


def line_count(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def functions(path: Path) -> Iterator[tuple[str, int]]:
    """Name and number of lines, from `def` to the last one, of every function of a file."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno is not None:
            yield f"{path.relative_to(ROOT)}: {node.name}", node.end_lineno - node.lineno + 1


def imported(path: Path) -> set[str]:
    """The top-level names that a file imports."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names.add(node.module.split(".")[0])
    return names
