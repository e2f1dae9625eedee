"""One installation for all journeys; each has letters, a therapist and browser windows of its own."""

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from services.domain.people import User
from tests.browser.caseload import Caseload, Line, take_in
from tests.browser.desk import Desk, Watch, log_in
from tests.browser.processes import Site, running

if TYPE_CHECKING:
    from playwright.sync_api import Browser

TakeIn = Callable[..., Caseload]
SitDown = Callable[..., Desk]
TEAMS = (f"Team{number}" for number in itertools.count(1))

expect.set_options(timeout=60_000)  # ms; other tests may keep the machine busy


@pytest.fixture(scope="package")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with running(tmp_path_factory.mktemp("site")) as site:
        yield site


@pytest.fixture
def take(site: Site, tmp_path: Path, watch: Watch) -> TakeIn:
    """Takes lines in as the letters of a team that no other journey sees."""

    def take_lines(*lines: Line) -> Caseload:
        watch.surnames |= {line["surname"] for line in lines}
        return take_in(site, tmp_path, next(TEAMS), *lines)

    return take_lines


@pytest.fixture
def watch() -> Iterator[Watch]:
    """What must not happen in any journey, whatever it is about."""
    watch = Watch()
    yield watch
    assert watch.errors == []
    assert watch.with_a_patient_s_name() == []
    paths = [urlsplit(url).path for url in watch.urls]
    assert [path for path in paths if path.startswith("/media/")] == [], (
        "Streamlit's own store gives out nothing"
    )


@pytest.fixture
def sit_down(browser: "Browser", site: Site, watch: Watch) -> Iterator[SitDown]:
    """Opens a window of a person's own, logs in there and shows the page at `path`."""
    contexts = []

    def open_window(user: User, path: str = "/", *, width: int = 1440) -> Desk:
        context = browser.new_context(viewport={"width": width, "height": 900}, accept_downloads=True)
        contexts.append(context)
        watch.over(context)
        return log_in(context.new_page(), site.url, user, path)

    yield open_window
    for context in contexts:
        context.close()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A journey that fails is begun again, twice at most, and the report says so.

    A browser, three processes and their clocks share two processors here: what a busy machine delays is not
    what the product does wrong. What is wrong fails three times.
    """
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.flaky(reruns=2))
