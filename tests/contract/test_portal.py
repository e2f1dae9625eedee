"""The patient's letter page, from the link to the letter (product.md section 5, security.md 12 to 14)."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from hashlib import sha256
from typing import Final

import pytest

from services.domain.vocabulary import Cause, Channel, Status
from services.ports.gateway import Report
from services.ports.letters import Scope
from services.reconcile import take_report
from services.transition import Change, transition
from tests.builders import ADMIN, SERVICE, patient
from tests.contract.portal_site import RIGHT, WRONG, PortalSite, portal_site, words
from tests.waiting import wait_until
from tests.worlds import PATIENT

DAY: Final = 24 * 3600
REPORTS: Final = [
    ("sending", Status.SENT),
    ("delivered", Status.DELIVERED),
    ("permanent-failure", Status.FAILED),
]


@pytest.fixture
def site(database_url: str) -> Iterator[PortalSite]:
    with portal_site(database_url) as site:
        yield site


def test_the_right_answers_show_the_letter_and_make_it_viewed(site: PortalSite) -> None:
    letter_id, path = site.letter_sent()
    with site.phone() as phone:
        assert "You have a letter" in words(phone.get(path))
        opened = phone.post(path)
        assert (opened.status_code, opened.headers["location"]) == (303, f"{path}/date-of-birth")
        assert site.status(letter_id) == "accessed"
        assert "What is your surname?" in words(phone.post(f"{path}/date-of-birth", data=RIGHT))
        read = phone.post(f"{path}/surname", data=RIGHT)
        assert "We have said goodbye to Ada." in words(read)
        site.viewed(letter_id)
        assert words(phone.get(f"{path}/letter")) == words(read)
        pdf = phone.get(f"{path}/letter.pdf")
        assert pdf.headers["content-type"] == "application/pdf"
        assert sha256(pdf.content).hexdigest() == site.world.attempt(letter_id).sha256
    events = [(each.to_status, each.cause) for each in site.world.history(letter_id)][-2:]
    assert events == [("accessed", Cause.PORTAL), ("viewed", Cause.PORTAL)]


def test_looking_changes_nothing(site: PortalSite) -> None:
    letter_id, path = site.letter_sent()
    before = site.world.history(letter_id)
    with site.phone() as phone:
        for method in ("GET", "HEAD"):
            for page in ("", "/date-of-birth", "/help", "/letter", "/letter.pdf"):
                assert phone.request(method, path + page).status_code in (200, 303)
        for page in ("/date-of-birth", "/surname"):
            assert phone.get("/l/nothing" + page).status_code in (404, 405)
    assert site.world.history(letter_id) == before
    assert site.status(letter_id) == "queued"


@pytest.mark.parametrize(
    ("surname", "answered"),
    [
        ("O'Brien-Núñez", "obrien nunez"),
        ("Łukasiewicz", "LUKASIEWICZ"),
        ("van der Berg", "Vander-Berg"),
        ("Groß", "gross"),
    ],
)
def test_a_surname_is_forgiven_its_spelling(site: PortalSite, surname: str, answered: str) -> None:
    somebody = patient(id=PATIENT.id, nhs_number=PATIENT.nhs_number, surname=surname)
    with site.world.app.store.begin(SERVICE.id) as uow:
        uow.people.save_patients([somebody])
        uow.commit()
    letter_id, path = site.letter_sent(patient=somebody)
    with site.phone() as phone:
        assert phone.post(f"{path}/surname", data=RIGHT | {"surname": answered}).status_code == 200
    site.viewed(letter_id)


@pytest.mark.parametrize(
    "change", [{"day": "4"}, {"month": "April"}, {"year": "1991"}, {"surname": "Exampl"}]
)
def test_a_wrong_answer_shows_nothing_and_says_not_which(site: PortalSite, change: dict[str, str]) -> None:
    letter_id, path = site.letter_sent()
    with site.phone() as phone:
        answer = phone.post(f"{path}/surname", data=RIGHT | change)
        said = words(phone.post(f"{path}/surname", data=WRONG))
        assert (answer.status_code, words(answer)) == (403, said)
        assert not phone.cookies
        assert phone.get(f"{path}/letter").status_code == 303
        assert phone.get(f"{path}/letter.pdf").status_code == 303
    for word in ("Ada", "Example", "Discharge", "Therapies", "Wherrymere", "goodbye"):
        assert word not in answer.text.replace(path, "")  # a token may hold any three letters
    assert site.status(letter_id) == "queued"


@pytest.mark.parametrize(
    "given", [{"day": "31", "month": "2"}, {"year": ""}, {"day": "x"}, {"year": "99999"}]
)
def test_what_is_no_date_is_asked_for_again_and_not_counted(site: PortalSite, given: dict[str, str]) -> None:
    _, path = site.letter_sent()
    with site.phone() as phone:
        for _ in range(7):
            assert phone.post(f"{path}/date-of-birth", data=RIGHT | given).status_code == 422
            assert phone.post(f"{path}/surname", data=RIGHT | given).status_code == 422
            assert phone.post(f"{path}/surname", data=RIGHT | {"surname": " "}).status_code == 422
        assert phone.post(f"{path}/surname", data=RIGHT | {"month": "May"}).status_code == 200


def test_five_wrong_answers_lock_the_letter_also_for_the_right_one(site: PortalSite) -> None:
    letter_id, path = site.letter_sent()
    with site.phone() as phone:
        codes = [phone.post(f"{path}/surname", data=WRONG).status_code for _ in range(6)]
        assert codes == [403] * 5 + [429]
        locked = phone.post(f"{path}/surname", data=RIGHT)
        assert (locked.status_code, SERVICE.telephone in locked.text) == (429, True)
        site.world.clock.advance(15 * 60)
        codes = [phone.post(f"{path}/surname", data=WRONG).status_code for _ in range(6)]
        assert codes == [403] * 5 + [429]
        site.world.clock.advance(29 * 60)
        assert phone.post(f"{path}/surname", data=RIGHT).status_code == 429
        site.world.clock.advance(60)
        assert phone.post(f"{path}/surname", data=RIGHT).status_code == 200
    reasons = [each.reason for each in site.world.history(letter_id) if each.kind == "portal"]
    assert reasons == [
        f"{count} wrong answers in a row: the link is locked for a while." for count in (5, 10)
    ]


def test_of_fifty_guesses_at_once_five_are_judged(site: PortalSite) -> None:
    _, path = site.letter_sent()

    def guess(number: int) -> int:
        with site.phone() as phone:
            return phone.post(f"{path}/surname", data=WRONG | {"surname": f"Guess{number}"}).status_code

    with ThreadPoolExecutor(50) as pool:
        codes = list(pool.map(guess, range(50)))
    assert (codes.count(403), codes.count(429)) == (5, 45)


def test_an_address_that_tries_many_letters_is_locked_for_all(site: PortalSite) -> None:
    paths = [site.letter_sent()[1] for _ in range(8)]
    with site.phone() as phone:
        codes = [phone.post(f"{path}/surname", data=WRONG).status_code for path in paths for _ in range(4)]
        assert codes == [403] * 30 + [429] * 2
        assert phone.post(f"{paths[0]}/surname", data=RIGHT).status_code == 429


def end_by_close(site: PortalSite, letter_id: str) -> None:
    with site.world.app.store.begin(SERVICE.id) as uow:
        uow.letters.patch([letter_id], closed_at=site.world.clock.now())
        uow.commit()


def end_by_channel(site: PortalSite, letter_id: str) -> None:
    opened(site, letter_id)
    site.world.app.batch.keeping.change_channel(SERVICE.id, ADMIN, [letter_id], Channel.PRINT)


def end_by_printing(site: PortalSite, letter_id: str) -> None:
    end_by_channel(site, letter_id)
    site.world.app.batch.printing.print_letters(SERVICE.id, ADMIN, [letter_id])


def end_by_new_link(site: PortalSite, letter_id: str) -> None:
    opened(site, letter_id)
    site.world.app.batch.sending.new_link(SERVICE.id, ADMIN, [letter_id])


def end_by_stopping(site: PortalSite, letter_id: str) -> None:
    site.world.app.batch.keeping.stop_link(SERVICE.id, ADMIN, [letter_id])


def end_by_time(site: PortalSite, _letter_id: str) -> None:
    site.world.clock.advance(28 * DAY)


def opened(site: PortalSite, letter_id: str) -> None:
    with site.phone() as phone:
        assert phone.post(site.path_of(letter_id)).status_code == 303


ENDS: Final = (end_by_close, end_by_channel, end_by_printing, end_by_new_link, end_by_stopping, end_by_time)


@pytest.mark.parametrize("end", ENDS)
def test_a_link_that_ended_is_like_one_that_never_was(
    site: PortalSite, end: Callable[[PortalSite, str], None]
) -> None:
    letter_id, path = site.letter_sent()
    end(site, letter_id)
    with site.phone() as phone:
        unknown = phone.get("/l/there-never-was-this-one")
        for method, page in [
            ("GET", ""), ("POST", ""), ("GET", "/date-of-birth"), ("POST", "/surname"), ("GET", "/letter"),
            ("GET", "/letter.pdf"), ("POST", "/letter.pdf"), ("GET", "/help"), ("POST", "/leave"),
        ]:  # fmt: skip
            answer = phone.request(method, path + page, data=RIGHT if method == "POST" else None)
            assert (answer.status_code, answer.text) == (404, unknown.text), (method, page)


def test_a_stopped_link_ends_an_open_session_too(site: PortalSite) -> None:
    letter_id, path = site.letter_sent()
    with site.phone() as phone:
        phone.post(f"{path}/surname", data=RIGHT)
        assert phone.get(f"{path}/letter").status_code == 200
        end_by_stopping(site, letter_id)
        assert phone.get(f"{path}/letter").status_code == 404
        assert phone.get(f"{path}/letter.pdf").status_code == 404


def test_the_session_is_short_of_one_letter_and_can_be_left(site: PortalSite) -> None:
    _, path = site.letter_sent()
    _, other = site.letter_sent()
    with site.phone() as phone:
        phone.post(f"{path}/surname", data=RIGHT)
        assert phone.get(f"{other}/letter").status_code == 303
        site.world.clock.advance(14 * 60)
        assert phone.get(f"{path}/letter").status_code == 200
        cookies = dict(phone.cookies)
        assert phone.post(f"{path}/leave").status_code == 200
        phone.cookies.update(cookies)
        assert phone.get(f"{path}/letter").status_code == 303
        phone.post(f"{path}/surname", data=RIGHT)
        site.world.clock.advance(15 * 60)
        assert phone.get(f"{path}/letter.pdf").status_code == 303


def test_the_page_shows_what_went_out_whatever_the_letterhead_becomes(site: PortalSite) -> None:
    _, path = site.letter_sent()
    with site.world.app.store.begin(SERVICE.id) as uow:
        uow.people.save_letterhead(replace(SERVICE, name="Otherwhere Talking Therapies"))
        uow.commit()
    with site.phone() as phone:
        assert "We have said goodbye to Ada." in words(phone.post(f"{path}/surname", data=RIGHT))


def test_a_failed_letter_that_is_read_all_the_same_stays_failed_and_staff_are_told(site: PortalSite) -> None:
    letter_id, path = site.letter_sent()
    with site.world.app.store.begin(SERVICE.id) as uow:
        [found] = uow.letters.get([letter_id], Scope())
        now = site.world.clock.now()
        transition(uow, [Change(letter=found, to=Status.FAILED, cause=Cause.DISPATCH, at=now)])
        uow.commit()
    with site.phone() as phone:
        assert phone.post(f"{path}/surname", data=RIGHT).status_code == 200
        told = "The patient has read it all the same."
        wait_until(lambda: site.world.get(letter_id).warning == told)
    assert site.status(letter_id) == "failed"
    last = site.world.history(letter_id)[-1]
    assert (last.to_status, last.cause, last.applied, last.reason) == ("viewed", Cause.PORTAL, False, told)


def test_what_the_network_says_later_changes_nothing_of_what_the_patient_did(site: PortalSite) -> None:
    """docs/faults.md rows 18 and 19: the letter is opened before anybody has reported it as sent."""
    letter_id, path = site.letter_sent()
    app, attempt = site.world.app, site.world.attempt(letter_id)
    with site.phone() as phone:
        for answer, stands in (("", "accessed"), ("/surname", "viewed")):
            phone.post(path + answer, data=RIGHT)
            wait_until(lambda stands=stands: site.status(letter_id) == stands)  # type: ignore[misc]  # bound here
            for code, status in REPORTS:
                late = Report(gateway="notify_sms", code=code, status=status, reference=attempt.reference)
                take_report(app.store, site.world.clock, app.settings, SERVICE.id, late)
                assert site.status(letter_id) == stands
    late_ones = [each.applied for each in site.world.history(letter_id) if each.kind == "report"]
    assert late_ones == [False] * len(REPORTS), "a report counts once, however often it comes"


def test_help_says_the_telephone_and_nothing_of_the_care(site: PortalSite) -> None:
    _, path = site.letter_sent()
    with site.phone() as phone:
        answer = phone.get(f"{path}/help")
    assert SERVICE.telephone in answer.text
    assert "Therapies" not in answer.text
