"""requirements.txt names what the code imports: nothing comes along by chance with something else."""

import importlib.metadata
import re
import sys

from tests.architecture.tree import ROOT, files, imported

OURS = {"app", "pages", "services", "tests"}


def pinned() -> set[str]:
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    return {_plain(re.split(r"[\[=]", line)[0]) for line in lines if line and not line.startswith("#")}


def _plain(name: str) -> str:
    """Names of packages are equal but for letter case, hyphens, underscores and dots."""
    return re.sub(r"[-_.]+", "-", name).lower()


def test_every_line_is_an_exact_version() -> None:
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    inexact = [line for line in lines if line and not re.fullmatch(r"#.*|[\w.-]+(\[\w+\])?==[\w.]+", line)]
    assert inexact == []


def test_what_the_code_imports_is_named() -> None:
    providers = importlib.metadata.packages_distributions()
    packages = {name for path in files("app.py", "pages", "services", "tests") for name in imported(path)}
    foreign = packages - set(sys.stdlib_module_names) - OURS
    unnamed = {
        name for name in foreign if not {_plain(provider) for provider in providers.get(name, [])} & pinned()
    }
    assert unnamed == set()
