"""Many patients who open their links in the same moment."""

import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Final

import httpx

from services.batch.results import Outcome
from services.bootstrap import build
from services.domain.vocabulary import Status
from services.links import link_to
from services.settings import Settings
from tests.browser.caseload import Caseload, line, take_in
from tests.browser.processes import ADMIN, SERVICE, Site
from tests.serving import SOON_CLOSED
from tests.waiting import PATIENCE, wait_until

ANSWERS: Final = {"day": "29", "month": "2", "year": "1984"}
RIGHT: Final = (200, 303, 200, 200, 200, 200)


@dataclass(frozen=True, kw_only=True, slots=True)
class Visit:
    """What a patient met with: the status of each answer, and how long it took from the link to the PDF."""

    statuses: tuple[int, ...]
    seconds: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Crowd:
    """Letters that their patients have, and the link to each, by surname."""

    site: Site
    caseload: Caseload
    links: dict[str, str]

    @contextmanager
    def rushing(self) -> Iterator[list[Future[Visit]]]:
        """All patients at once, each from the link to the PDF; ends when the last one has it."""
        start = threading.Barrier(len(self.links))
        with ThreadPoolExecutor(len(self.links)) as pool:
            yield [pool.submit(_visit, start, surname, link) for surname, link in self.links.items()]

    def wait_until_all_are(self, status: Status) -> None:
        ids = [*self.caseload.ids.values()]
        wait_until(lambda: all(self.site.letter(each).status is status for each in ids))


def invited(site: Site, folder: Path, team: str, count: int) -> Crowd:
    """So many letters of one team, each delivered to its patient."""
    names = [f"Crowder{number:03}" for number in range(count)]
    caseload = take_in(site, folder, team, *(line(name, "e") for name in names))
    settings = Settings(database_url=site.store.database_url, service_id=SERVICE, public_url=site.portal_url)
    with build(settings) as application:
        sent = application.batch.sending.send(SERVICE, ADMIN, list(caseload.ids.values()))
    assert len(sent.of(Outcome.DONE)) == count, sent
    links = {name: link_to(settings, SERVICE, site.attempts(caseload[name])[-1]) for name in names}
    crowd = Crowd(site=site, caseload=caseload, links=links)
    crowd.wait_until_all_are(Status.DELIVERED)
    return crowd


def _visit(start: threading.Barrier, surname: str, link: str) -> Visit:
    form = ANSWERS | {"surname": surname}
    with httpx.Client(timeout=PATIENCE, trust_env=False, limits=SOON_CLOSED) as phone:
        start.wait()
        began = monotonic()
        answers = [
            phone.get(link),
            phone.post(link),
            phone.get(f"{link}/date-of-birth"),
            phone.post(f"{link}/date-of-birth", data=form),
            phone.post(f"{link}/surname", data=form),
            phone.get(f"{link}/letter.pdf"),
        ]
        return Visit(statuses=tuple(each.status_code for each in answers), seconds=monotonic() - began)
