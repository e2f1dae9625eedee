"""The project can be cloned anywhere: no file speaks of a place that exists on one machine only."""

import re
from pathlib import Path

import pytest

from tests.architecture.tree import EVERYTHING, ROOT, files

# The letters in brackets keep this file from finding itself.
ELSEWHERE = re.compile(r"/wor[k]/|(?<![\w/.-])share[d]/|/hom[e]/\w|/roo[t]/\w")
TEXT = {
    "",
    ".py",
    ".js",
    ".css",
    ".html",
    ".md",
    ".toml",
    ".txt",
    ".csv",
    ".sql",
    ".yaml",
    ".yml",
    ".json",
    ".mako",
}


def places_elsewhere(path: Path) -> list[str]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return [f"{path.name}:{number}: {line}" for number, line in enumerate(lines, 1) if ELSEWHERE.search(line)]


def test_no_file_mentions_a_place_outside_the_project() -> None:
    texts = [
        path
        for path in files(*EVERYTHING, "pyproject.toml", "requirements.txt", suffixes=())
        if path.suffix in TEXT
    ]
    assert ROOT / "pyproject.toml" in texts
    assert [found for path in texts for found in places_elsewhere(path)] == []


@pytest.mark.parametrize("line", ["/wor" + "k/main", "see share" + "d/design.md", "/hom" + "e/me/x"])
def test_such_a_place_is_found(tmp_path: Path, line: str) -> None:
    source = tmp_path / "note.md"
    source.write_text(line)
    assert len(places_elsewhere(source)) == 1
