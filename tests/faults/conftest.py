"""A site on each database, with one worker and with two."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.site import Site, running_site
from tests.sandbox_server import SandboxServer, sandbox_fixture  # noqa: F401 – pytest finds the fixture here


@pytest.fixture(params=[1, 2], ids=["one worker", "two workers"])
def count(request: pytest.FixtureRequest) -> int:
    """How many workers run."""
    number: int = request.param
    return number


@pytest.fixture
def site(database_url: str, sandbox: SandboxServer, tmp_path: Path, count: int) -> Iterator[Site]:
    """After each test: no reference was accepted twice, but those that the test itself posted."""
    with running_site(database_url, sandbox, tmp_path, count) as made:
        yield made
        taken = Counter(acceptance["reference"] for acceptance in sandbox.ledger())
        twice = {reference for reference, times in taken.items() if times > 1}
        assert twice == made.doubled_by_others, made.log()
