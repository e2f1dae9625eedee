"""What the tests of dispatch share: a service that speaks with the sandbox, and what to look at."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from services.domain.vocabulary import AttemptState, Badge, Channel, Status
from services.gateways.registry import gateways
from services.ports.gateway import Gateway
from tests.sandbox_server import SandboxServer
from tests.worlds import GATEWAYS, World, settings_for, world

CHANNELS = (Channel.GP, Channel.E, Channel.H)
SETTLE = 60.0


@pytest.fixture(name="service")
def service_fixture(tmp_path: Path, sandbox: SandboxServer) -> Iterator[World]:
    with world(f"sqlite:///{tmp_path / 'letters.db'}", sandbox.base_url) as made:
        yield made


def script(sandbox: SandboxServer, channel: Channel, course: str) -> None:
    sandbox.script(course, gateway={Channel.GP: "gp", Channel.E: "sms", Channel.H: "letter"}[channel])


def gateway(base_url: str, channel: Channel, **changes: object) -> Gateway:
    return gateways(settings_for("sqlite://", base_url, **changes))[GATEWAYS[channel]]


def acceptances(service: World, sandbox: SandboxServer, letter_id: str) -> int:
    return len(sandbox.ledger(service.attempt(letter_id).reference))


def is_in_doubt(service: World, letter_id: str) -> bool:
    letter, attempt = service.get(letter_id), service.attempt(letter_id)
    doubtful = attempt.state is AttemptState.IN_DOUBT
    assert letter.in_doubt is doubtful
    assert (letter.badge is Badge.IN_DOUBT) is doubtful
    assert not doubtful or letter.status is Status.QUEUED
    return doubtful
