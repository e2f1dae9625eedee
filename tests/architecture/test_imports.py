"""Imports go one way.

The contracts stand in pyproject.toml; import-linter reads packages only, so app.py is looked at here.
"""

import subprocess
import sys
from pathlib import Path

from tests.architecture.tree import ROOT, files, imported


def test_the_contracts_hold() -> None:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-logo", "--no-cache"]
    lint = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert lint.returncode == 0, lint.stdout + lint.stderr
    assert "0 broken" in lint.stdout


def test_nothing_imports_the_app() -> None:
    assert [path for path in files("pages", "services") if "app" in imported(path)] == []


def test_the_product_imports_no_tests() -> None:
    assert [path for path in files("app.py", "pages", "services") if "tests" in imported(path)] == []
