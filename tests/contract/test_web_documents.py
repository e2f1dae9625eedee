"""A letter's document in the detail pane, for those who may read it."""

from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from services.domain.ids import new_id
from services.domain.letter import Attempt, Recipient
from services.domain.vocabulary import AttemptState, Channel, Status
from tests.contract.web_site import NOON, Site, site
from tests.letter_pdf import letter_pdf

PDF = letter_pdf(["The present text"])
SENT = letter_pdf(["The text that was sent"])


@pytest.fixture(scope="module")
def pilot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder: Path = tmp_path_factory.mktemp("documents")
    with site(f"sqlite:///{folder / 'letters.db'}") as running:
        yield running


def test_the_document_is_shown_and_kept_by_no_cache(pilot: Site) -> None:
    path = f"/letters/{pilot.add_letter('ann', PDF)}/document.pdf"
    for user_id in ("ann", "cat"):
        with pilot.logged_in(user_id) as browser:
            answer = browser.get(path)
        assert (answer.status_code, answer.content) == (200, PDF)
        assert answer.headers["content-disposition"].startswith("inline")
        assert answer.headers["cache-control"] == "private, no-store"


def test_a_page_is_shown_as_a_picture(pilot: Site) -> None:
    path = f"/letters/{pilot.add_letter('ann', PDF)}/page"
    with pilot.logged_in("ann") as browser:
        small, large = browser.get(f"{path}/1.png?dpi=60"), browser.get(f"{path}/1.png")
        assert small.headers["content-type"] == "image/png"
        assert small.content.startswith(b"\x89PNG")
        assert len(small.content) < len(large.content)
        assert [browser.get(f"{path}/{wrong}").status_code for wrong in ("0.png", "2.png", "x.png")] == [
            404
        ] * 3
        assert [browser.get(f"{path}/1.png?dpi={dpi}").status_code for dpi in ("9", "9000", "x")] == [400] * 3


def test_what_was_sent_is_shown_not_what_the_text_became(pilot: Site) -> None:
    letter_id = pilot.add_letter("ann", PDF, channel=Channel.H, status=Status.QUEUED)
    attempt = Attempt(
        id=new_id(),
        letter_id=letter_id,
        number=1,
        channel=Channel.H,
        gateway="notify_letter",
        reference=new_id(),
        state=AttemptState.ACCEPTED,
        document_id=pilot.add_document(SENT),
        sha256=sha256(SENT).hexdigest(),
        recipient=Recipient(),
        title="Discharge summary",
        created_at=NOON - timedelta(hours=1),
    )
    with pilot.work() as uow:
        uow.attempts.add([attempt])
        uow.letters.patch([letter_id], attempt_id=attempt.id)
    with pilot.logged_in("ann") as browser:
        assert browser.get(f"/letters/{letter_id}/document.pdf").content == SENT


@pytest.mark.parametrize(
    ("user_id", "status"), [("ann", 200), ("ben", 404), ("cat", 200), ("dan", 403), (None, 403)]
)
def test_who_may_read_a_letter_of_ann(pilot: Site, user_id: str | None, status: int) -> None:
    letter_id = pilot.add_letter("ann", PDF)
    with pilot.logged_in(user_id) if user_id else pilot.browser() as browser:
        for path in ("document.pdf", "page/1.png"):
            assert browser.get(f"/letters/{letter_id}/{path}").status_code == status


def test_a_letter_that_is_not_rendered_says_so(pilot: Site) -> None:
    with pilot.logged_in("ann") as browser:
        answer = browser.get(f"/letters/{pilot.add_letter('ann')}/document.pdf")
        unknown = browser.get("/letters/unknown/document.pdf")
    assert (answer.status_code, unknown.status_code) == (404, 404)
    assert "not rendered yet" in answer.text
