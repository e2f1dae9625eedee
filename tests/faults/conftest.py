"""A site on each database, with one worker and with two."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.site import Site, running_site
from tests.mesh_server import mesh_process  # noqa: F401 – pytest finds the fixture here
from tests.sandbox_server import SandboxServer, sandbox_fixture  # noqa: F401 – pytest finds the fixture here


@pytest.fixture(params=[1, 2], ids=["one worker", "two workers"])
def count(request: pytest.FixtureRequest) -> int:
    """How many workers run."""
    number: int = request.param
    return number


@pytest.fixture
def site(
    request: pytest.FixtureRequest, database_url: str, sandbox: SandboxServer, tmp_path: Path, count: int
) -> Iterator[Site]:
    """After each test: no reference was accepted twice, but those that the test itself posted.

    A test that asks for `mesh` has that gateway, too.
    """
    told = request.getfixturevalue("mesh").settings() if "mesh" in request.fixturenames else {}
    with running_site(database_url, sandbox, tmp_path, count, **told) as made:
        yield made
        taken = Counter(acceptance["reference"] for acceptance in sandbox.ledger())
        twice = {reference for reference, times in taken.items() if times > 1}
        assert twice == made.doubled_by_others, made.log()
