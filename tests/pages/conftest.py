"""A service whose pages are run as scripts, and its admin at the Batch letters page."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract.batch_world import World, world_on
from tests.pages.desk import Desk, desk


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with world_on(f"sqlite:///{tmp_path / 'letters.db'}") as running:
        yield running


@pytest.fixture
def admin(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """The page with three letters to print."""
    for _ in range(3):
        world.add()
    with desk(world, monkeypatch) as opened:
        yield opened


@pytest.fixture(autouse=True)
def main_module(monkeypatch: pytest.MonkeyPatch) -> None:
    """AppTest leaves its script behind as the main module, which later tests' processes would run."""
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])
