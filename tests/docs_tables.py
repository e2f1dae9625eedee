"""Read the tables of the project's own description, so that tests can hold the code to them."""

from tests.architecture.tree import ROOT


def table_rows(document: str, section: str) -> list[list[str]]:
    """The rows below the head of the first table in a section ("## 4."), each as its cells' texts."""
    text = (ROOT / "docs" / document).read_text(encoding="utf-8")
    _, _, below = text.partition(f"\n{section}")
    inside, _, _ = below.partition("\n## ")
    lines = [line for line in inside.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]
