"""What a page makes of the workers' heartbeats, in a real store."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from services.health import WorkerHealth, WorkerState, worker_health
from tests.builders import SERVICE
from tests.clock import START
from tests.contract.batch_world import World, world_on


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with world_on(f"sqlite:///{tmp_path / 'letters.db'}") as running:
        yield running


def health(world: World, **beats: tuple[int, dict[str, str]]) -> WorkerHealth:
    """After beats so many seconds ago, each with the reasons why gateways are paused."""
    with world.app.store.begin(SERVICE.id) as uow:
        for worker, (seconds, paused) in beats.items():
            uow.settings.beat(worker, START - timedelta(seconds=seconds), {"paused": paused})
        return worker_health(uow, START)


def test_a_fault_that_one_of_two_workers_meets_is_shown(world: World) -> None:
    found = health(world, one=(4, {"docman": "refuses our key"}), two=(1, {}))
    assert (found.state, found.paused) == (WorkerState.RUNNING, {"docman": "refuses our key"})


def test_what_a_worker_said_that_is_gone_is_over(world: World) -> None:
    assert health(world, gone=(3600, {"docman": "refuses our key"}), two=(1, {})).paused == {}


@pytest.mark.parametrize(("seconds", "state"), [(-20, WorkerState.LATE), (-3600, WorkerState.STOPPED)])
def test_a_beat_from_the_future_is_no_sign_of_life(world: World, seconds: int, state: WorkerState) -> None:
    """The clock was set back."""
    assert health(world, one=(seconds, {})).state is state
