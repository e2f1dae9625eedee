"""Failed letters by two dimensions as a file, for those who may see figures."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from services.domain.ids import new_id
from services.domain.letter import Event
from services.domain.vocabulary import Cause, Channel, Status
from tests.contract.web_site import NOON, Site, site

ASKED = "rows=group&columns=team&from=2026-11-01&to=2026-11-30"


@pytest.fixture(scope="module")
def pilot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder: Path = tmp_path_factory.mktemp("measures")
    with site(f"sqlite:///{folder / 'letters.db'}") as running:
        letter_id = running.add_letter("ann", channel=Channel.E, status=Status.FAILED)
        with running.work() as uow:
            uow.events.append([_event(letter_id, Status.QUEUED), _event(letter_id, Status.FAILED)])
        yield running


def _event(letter_id: str, status: Status) -> Event:
    failed = status is Status.FAILED
    return Event(
        id=new_id(),
        letter_id=letter_id,
        at=NOON,
        kind="status",
        channel=Channel.E,
        to_status=status,
        cause=Cause.REPORT if failed else Cause.SEND,
        code="permanent-failure" if failed else "",
    )


def test_both_forms_hold_the_same(pilot: Site) -> None:
    with pilot.logged_in("cat") as browser:
        csv = browser.get(f"/measures/pivot/csv?{ASKED}")
        parquet = browser.get(f"/measures/pivot/parquet?{ASKED}")
    assert csv.content.decode("utf-8-sig").splitlines()[1].startswith('"Contact or consent missing"')
    [row] = pq.read_table(BytesIO(parquet.content)).to_pylist()
    assert (row["row"], row["failed"]) == ("Contact or consent missing", 1)
    assert csv.headers["cache-control"] == "private, no-store"


def test_what_is_no_dimension_is_refused_and_no_other_form_is_there(pilot: Site) -> None:
    with pilot.logged_in("cat") as browser:
        assert browser.get("/measures/pivot/csv?rows=patient&columns=team").status_code == 400
        assert browser.get("/measures/pivot/xlsx").status_code == 404


@pytest.mark.parametrize(("user_id", "status"), [("ann", 403), ("cat", 200), ("dan", 200), (None, 303)])
def test_who_may_have_it(pilot: Site, user_id: str | None, status: int) -> None:
    with pilot.logged_in(user_id) if user_id else pilot.browser() as browser:
        assert browser.get(f"/measures/pivot/csv?{ASKED}").status_code == status
