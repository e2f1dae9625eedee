"""The patient's letter page on a real server, in front of one service on a clock that the test moves."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import httpx

from services.bootstrap import patient_access
from services.domain.vocabulary import Channel
from services.links import link_to
from services.portal import portal
from tests.builders import SERVICE
from tests.clock import FakeClock
from tests.serving import serving
from tests.waiting import PATIENCE, wait_until
from tests.worlds import World, world

RIGHT: Final = {"day": "3", "month": "5", "year": "1990", "surname": "Example"}
"""What the patient of tests.worlds answers."""
WRONG: Final = RIGHT | {"surname": "Stranger"}


@dataclass(frozen=True, kw_only=True)
class PortalSite:
    """What a patient does, and what staff see of it."""

    world: World
    url: str

    def letter_sent(self, **changes: Any) -> tuple[str, str]:
        """A letter whose text message was queued: its id, and the path of its link."""
        letter_id = self.world.queued(Channel.E, **changes)
        return letter_id, self.path_of(letter_id)

    def path_of(self, letter_id: str) -> str:
        link = link_to(self.world.app.settings, SERVICE.id, self.world.attempt(letter_id))
        return link.removeprefix(self.world.app.settings.link_url)

    def phone(self) -> httpx.Client:
        """A browser of its own."""
        return httpx.Client(base_url=self.url, timeout=PATIENCE)

    def status(self, letter_id: str) -> str:
        return str(self.world.get(letter_id).status)

    def viewed(self, letter_id: str) -> None:
        """Wait until what the page notes after its answer stands in the store."""
        wait_until(lambda: self.status(letter_id) == "viewed")


@contextmanager
def portal_site(
    database_url: str, sandbox_url: str = "http://127.0.0.1:9", **settings: Any
) -> Iterator[PortalSite]:
    """The page in front of a new service."""
    clock = FakeClock()
    with (
        world(database_url, sandbox_url, clock=clock, **settings) as service,
        patient_access(service.app.settings, clock=clock) as access,
        serving(portal(access, service.app.settings), access_log=False) as url,
    ):
        yield PortalSite(world=service, url=url)


def words(answer: httpx.Response) -> str:
    """What a page says, without its markup and style."""
    text = re.sub(r"<style>.*?</style>|<[^>]+>", " ", answer.text, flags=re.DOTALL)
    return " ".join(text.split())
