"""The file route: the right file, to the right session, once (docs/security.md 3 to 5)."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

import httpx
import pytest

from services import files
from services.domain.errors import NotAllowed
from services.domain.people import Role
from services.listing.address import MOST_VALUES
from services.listing.filters import Filters
from services.listing.sort import Sort
from tests.contract.web_site import NOON, SERVICE, Site, site
from tests.letter_pdf import letter_pdf
from tests.waiting import PATIENCE

PDF = letter_pdf(["A printed letter"])
TWO_MIB = 2 * 1024 * 1024


@pytest.fixture
def pilot(database_url: str) -> Iterator[Site]:
    with site(database_url) as running:
        yield running


@pytest.fixture
def ann(pilot: Site) -> Iterator[httpx.Client]:
    with pilot.logged_in("ann") as browser:
        yield browser


def test_a_print_is_given_out_and_marked_as_fetched(pilot: Site, ann: httpx.Client) -> None:
    print_id = pilot.add_print("ann", PDF)
    answer = ann.get(pilot.link(ann, "print", print_id=print_id))
    assert (answer.status_code, answer.content) == (200, PDF)
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["cache-control"] == "private, no-store"
    assert answer.headers["content-disposition"] == (
        "attachment; filename=\"Letters, Zo_.pdf\"; filename*=UTF-8''Letters%2C%20Zo%C3%AB.pdf"
    )
    with pilot.work() as uow:
        [made] = uow.access.recent_prints("ann", NOON)
    assert made.fetched_at == NOON


def test_a_letter_is_given_out(pilot: Site, ann: httpx.Client) -> None:
    letter_id = pilot.add_letter("ann", PDF)
    assert ann.get(pilot.link(ann, "letter", letter_id=letter_id)).content == PDF


def test_a_list_is_written_for_who_fetches_it(pilot: Site, ann: httpx.Client) -> None:
    pilot.add_letter("ann", title="Of Ann")
    pilot.add_letter("ben", title="Of Ben")
    answer = ann.get(pilot.link(ann))
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert "Of Ann" in answer.text
    assert "Of Ben" not in answer.text
    named = files.list_payload(Filters(patient="nobody of this name"), Sort())
    assert "Of Ann" not in ann.get(pilot.link(ann, **named)).text


def test_a_list_that_would_hold_more_than_the_page_is_not_made(pilot: Site, ann: httpx.Client) -> None:
    pilot.add_letter("ann", title="Of Ann")
    many = Filters(title=frozenset(f"Title {number}" for number in range(MOST_VALUES + 1)))
    link = pilot.link(ann, **files.list_payload(many, Sort()))
    for _ in range(2):  # what could not be made has not used the link up
        answer = ann.get(link)
        assert answer.status_code == 400
        assert "would not hold what the list shows" in answer.text
        assert "Of Ann" not in answer.text


def test_a_link_works_once(pilot: Site, ann: httpx.Client) -> None:
    link = pilot.link(ann)
    assert ann.get(link).status_code == 200
    again = ann.get(link)
    assert again.status_code == 404
    assert "press Download again" in again.text


def test_of_twenty_at_once_one_gets_the_file(pilot: Site, ann: httpx.Client) -> None:
    link, cookies = pilot.link(ann), dict(ann.cookies)
    with ThreadPoolExecutor(20) as pool:
        answers = list(
            pool.map(lambda _: httpx.get(pilot.url + link, cookies=cookies, timeout=PATIENCE), range(20))
        )
    assert sorted(answer.status_code for answer in answers) == [200, *[404] * 19]


def test_looking_does_not_use_a_link_up(pilot: Site, ann: httpx.Client) -> None:
    link = pilot.link(ann)
    assert ann.head(link).status_code == 405
    assert ann.get(link).status_code == 200


def test_a_link_runs_out(pilot: Site, ann: httpx.Client) -> None:
    link = pilot.link(ann)
    pilot.clock.at += timedelta(seconds=pilot.application.settings.link_seconds)
    assert ann.get(link).status_code == 404


def test_without_a_cookie_a_link_is_nothing_and_stays_usable(pilot: Site, ann: httpx.Client) -> None:
    link = pilot.link(ann)
    with pilot.browser() as stranger:
        assert stranger.get(link).status_code == 403
    assert ann.get(link).status_code == 200


def test_another_user_gets_nothing_and_does_not_use_the_link_up(pilot: Site, ann: httpx.Client) -> None:
    link = pilot.link(ann)
    with pilot.logged_in("cat") as admin:
        assert admin.get(link).status_code == 404
    assert ann.get(link).status_code == 200


def test_a_link_is_of_one_session_not_of_one_user(pilot: Site, ann: httpx.Client) -> None:
    link = pilot.link(ann)
    with pilot.logged_in("ann") as elsewhere:
        assert elsewhere.get(link).status_code == 404


def test_after_logging_out_a_link_is_nothing(pilot: Site, ann: httpx.Client) -> None:
    link, cookies = pilot.link(ann), dict(ann.cookies)
    ann.post("/logout")
    assert httpx.get(pilot.url + link, cookies=cookies, timeout=PATIENCE).status_code == 403
    ann.post("/login", data={"user_id": "ann"})
    assert ann.get(link).status_code == 404, "nor in the next session"


@pytest.mark.parametrize("kind", [files.PRINT, files.LETTER])
def test_a_role_that_was_taken_away_opens_no_file(pilot: Site, ann: httpx.Client, kind: str) -> None:
    named = {files.PRINT: pilot.add_print("ann", PDF), files.LETTER: pilot.add_letter("ann", PDF)}
    link = pilot.link(ann, kind, **{f"{kind}_id": named[kind]})
    before = pilot.signed_in(ann)
    pilot.set_user("ann", role=Role.ANALYST)
    assert ann.get(link).status_code == 403, "a new role logs out"
    application, token = pilot.application, link.rpartition("/")[2]
    after = replace(before, user=replace(before.user, role=Role.ANALYST))
    with pytest.raises(NotAllowed):
        files.fetch(
            application.store,
            pilot.clock,
            application.listing(SERVICE),
            application.audit_trail,
            after,
            token,
        )


def test_an_admin_s_print_is_not_given_out_to_the_therapist_that_they_became(pilot: Site) -> None:
    with pilot.logged_in("cat") as admin:
        of_all = pilot.add_print("cat", PDF)
        old_link = pilot.link(admin, files.PRINT, print_id=of_all)
        pilot.clock.at += timedelta(seconds=30)
        pilot.set_user("cat", role=Role.THERAPIST)
        assert admin.get(old_link).status_code == 403
        admin.post("/login", data={"user_id": "cat"})
        assert admin.get(old_link).status_code == 404
        assert admin.get(pilot.link(admin, files.PRINT, print_id=of_all)).status_code == 404
        own = pilot.add_print("cat", PDF)
        assert admin.get(pilot.link(admin, files.PRINT, print_id=own)).status_code == 200


def test_an_admin_fetches_the_print_of_an_earlier_session(pilot: Site) -> None:
    made = pilot.add_print("cat", PDF)
    pilot.clock.at += timedelta(hours=20)
    with pilot.logged_in("cat") as admin:
        assert admin.get(pilot.link(admin, files.PRINT, print_id=made)).status_code == 200


def test_a_print_is_not_given_out_once_a_setting_leaves_printing_to_admins(
    pilot: Site, ann: httpx.Client
) -> None:
    link = pilot.link(ann, files.PRINT, print_id=pilot.add_print("ann", PDF))
    with pilot.work() as uow:
        uow.settings.put("therapists_may_not_act", True, by="cat", at=NOON)
    assert ann.get(link).status_code == 403


def test_a_user_who_was_switched_off_gets_no_file(pilot: Site, ann: httpx.Client) -> None:
    link = pilot.link(ann)
    pilot.set_user("ann", active=False)
    assert ann.get(link).status_code == 403


def test_a_link_to_another_users_print_or_letter_gives_nothing(pilot: Site, ann: httpx.Client) -> None:
    printed = pilot.link(ann, "print", print_id=pilot.add_print("ben", PDF))
    letter = pilot.link(ann, "letter", letter_id=pilot.add_letter("ben", PDF))
    assert [ann.get(link).status_code for link in (printed, letter)] == [404, 404]


def test_bytes_that_changed_in_the_store_are_not_given_out(pilot: Site, ann: httpx.Client) -> None:
    print_id = pilot.add_print("ann", PDF, said=sha256(b"what was made").hexdigest())
    answer = ann.get(pilot.link(ann, "print", print_id=print_id))
    assert answer.status_code == 500
    assert "not the one that was made" in answer.text
    with pilot.work() as uow:
        [made] = uow.access.recent_prints("ann", NOON)
    assert made.fetched_at is None


def test_twenty_sessions_at_once_each_get_their_own_of_two_files_that_differ_in_a_byte(pilot: Site) -> None:
    first = PDF.ljust(TWO_MIB, b"\0")
    second = first[: TWO_MIB // 2] + b"\1" + first[TWO_MIB // 2 + 1 :]
    pdfs = {"ann": first, "ben": second}
    prints = {user_id: pilot.add_print(user_id, pdf) for user_id, pdf in pdfs.items()}

    def fetch(number: int) -> bool:
        user_id = ("ann", "ben")[number % 2]
        with pilot.logged_in(user_id) as browser:
            content = browser.get(pilot.link(browser, "print", print_id=prints[user_id])).content
        return sha256(content).digest() == sha256(pdfs[user_id]).digest()

    with ThreadPoolExecutor(20) as pool:
        assert all(pool.map(fetch, range(20)))
