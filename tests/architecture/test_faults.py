"""Each row of docs/faults.md has its one test with real processes."""

import re
from collections import Counter

from tests.architecture.tree import ROOT

ROW = re.compile(r"^\| (\d+) \|", re.MULTILINE)
TEST = re.compile(r"^def test_row_(\d\d)_\w+\(site: Site", re.MULTILINE)


def test_each_row_has_one_test_on_both_databases_with_one_worker_and_two() -> None:
    rows = [int(number) for number in ROW.findall((ROOT / "docs/faults.md").read_text())]
    tests = Counter(
        int(number)
        for file in (ROOT / "tests/faults").glob("test_*.py")
        for number in TEST.findall(file.read_text())
    )
    assert rows == list(range(1, 36))
    assert tests == Counter(rows)
