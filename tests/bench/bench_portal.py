"""Two hundred patients who open their links at once, and what staff at the dashboard notice of it.

All runs on one machine as `make run` starts it: dashboard, worker, sandbox, the patients' page, the patients
and a browser in which one of the staff opens letter after letter.
"""

import itertools
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median, quantiles
from time import monotonic

from playwright.sync_api import expect, sync_playwright

from services.domain.vocabulary import Status
from tests.bench.figures import Figure
from tests.browser.crowd import RIGHT, Crowd, invited
from tests.browser.desk import ANY, Desk, log_in, team_view
from tests.browser.processes import ADMIN, running
from tests.conftest import CHROMIUM, CHROMIUM_SWITCHES

PATIENTS, CALM_LOOKS = 200, 30
LONGEST = 60_000  # ms


def measure() -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder, running(Path(folder)) as site, sync_playwright() as player:
        crowd = invited(site, Path(folder), "Crowd", PATIENTS)
        browser = player.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_SWITCHES)
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        expect.set_options(timeout=LONGEST)
        desk = log_in(page, site.url, ADMIN, team_view(crowd.caseload, ANY))
        names = itertools.cycle([*crowd.links][:20])
        calm = [_look(desk, next(names)) for _ in range(CALM_LOOKS)]
        busy, wrong, slowest = _rush(desk, crowd, names)
        crowd.wait_until_all_are(Status.VIEWED)
        browser.close()
    print(f"  a letter is opened in {median(calm) * 1000:.0f} ms; meanwhile in {median(busy) * 1000:.0f} ms")
    return [
        Figure(name="portal_200_at_once_failed", value=wrong, unit="patients", bound="<= 0"),
        Figure(name="portal_200_at_once_slowest_s", value=slowest, unit="s", bound="<= 30"),
        Figure(
            name="dashboard_open_letter_p95_during_portal_rush_ms",
            value=quantiles(busy, n=20)[-1] * 1000,
            unit="ms",
            bound="<= 3000",
        ),
    ]


def _rush(desk: Desk, crowd: Crowd, names: Iterator[str]) -> tuple[list[float], int, float]:
    """How long staff waited for each letter meanwhile, how many patients failed, and the slowest one."""
    busy: list[float] = []
    with crowd.rushing() as patients:
        while not all(each.done() for each in patients):
            busy.append(_look(desk, next(names)))
    visits = [each.result() for each in patients]
    return busy, sum(each.statuses != RIGHT for each in visits), max(each.seconds for each in visits)


def _look(desk: Desk, surname: str) -> float:
    """Seconds from a click on a row until the pane shows that letter."""
    began = monotonic()
    desk.open(surname)
    return monotonic() - began
