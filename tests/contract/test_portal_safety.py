"""What the patient's letter page gives away, and to whom (docs/security.md 11, 12, 14 and 15)."""

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from datetime import date
from typing import Final

import httpx
import pytest
from sqlalchemy import MetaData, create_engine, select

from services.bootstrap import patient_access
from services.documents.render import render_letter
from services.domain.vocabulary import Channel
from services.patient_access import PatientAccess
from services.portal import portal
from services.uploads import BroughtLetter
from tests.builders import ADMIN, SERVICE, TEMPLATE, patient
from tests.clock import FakeClock
from tests.contract.portal_site import RIGHT, WRONG, PortalSite, portal_site
from tests.sandbox_server import SandboxServer, sandbox_fixture  # noqa: F401 - pytest finds the fixture here
from tests.serving import serving
from tests.unit.documents.samples import ONE_PAGE
from tests.waiting import PATIENCE
from tests.worlds import PATIENT, World, settings_for

HEADERS: Final = {
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
}
CANARIES: Final = {
    "surname": "Kanarienvogel",
    "forename": "Serinusa",
    "nhs_number": "9990000298",
    "address": ("1 Finchcage Lane", "Birdlip", "ZZ99 9ZZ"),
    "mobile": "07700 900555",
}
SECRETS: Final = ("Kanarienvogel", "Serinusa", "999000", "Finchcage", "Featherloss", "plumage", "900555")
NO_STORE: Final = "postgresql+psycopg://nobody@127.0.0.1:9/nothing"
"""Nobody listens there."""


@pytest.fixture
def site(database_url: str, sandbox: SandboxServer) -> Iterator[PortalSite]:
    with portal_site(database_url, sandbox.base_url) as site:
        yield site


def ways_to_a_status(path: str) -> Iterator[tuple[int, tuple[str, str], dict[str, object]]]:
    """The status, the request that brings it, and what goes with it."""
    form = {"content-type": "multipart/form-data; boundary=x"}
    yield 200, ("GET", path), {}
    yield 200, ("HEAD", path), {}
    yield 200, ("GET", "/health"), {}
    yield 303, ("POST", path), {}
    yield 303, ("GET", f"{path}/letter"), {}
    yield 303, ("GET", f"{path}/letter.pdf"), {}
    yield 400, ("POST", f"{path}/surname"), {"headers": form, "content": b"--y\r\nbroken"}
    yield 403, ("POST", f"{path}/surname"), {"data": WRONG}
    yield 403, ("POST", path), {"headers": {"Sec-Fetch-Site": "cross-site"}}
    yield 404, ("GET", "/l/unknown"), {}
    yield 404, ("GET", "/"), {}
    yield 404, ("GET", "/robots.txt"), {}
    yield 405, ("POST", f"{path}/letter"), {}
    yield 405, ("GET", f"{path}/surname"), {}
    yield 411, ("POST", f"{path}/surname"), {"content": iter([b"day=1"])}
    yield 413, ("POST", f"{path}/surname"), {"content": b"x" * 8193}
    yield 422, ("POST", f"{path}/surname"), {"data": RIGHT | {"year": ""}}
    for _ in range(4):
        yield 403, ("POST", f"{path}/surname"), {"data": WRONG}
    yield 429, ("POST", f"{path}/surname"), {"data": RIGHT}


def is_sealed(answer: httpx.Response) -> bool:
    policy = answer.headers["content-security-policy"]
    closed = all(
        part in policy for part in ("default-src 'none'", "frame-ancestors 'none'", "form-action 'self'")
    )
    return closed and {name: answer.headers.get(name) for name in HEADERS} == HEADERS


def test_every_status_carries_the_headers(site: PortalSite) -> None:
    _, path = site.letter_sent()
    with site.phone() as phone:
        for status, (method, url), more in ways_to_a_status(path):
            answer = phone.request(method, url, **more)  # type: ignore[arg-type]  # as httpx takes them
            assert (answer.status_code, is_sealed(answer)) == (status, True), (method, url, answer.headers)
            assert "script" not in answer.text
            assert "strict-transport-security" not in answer.headers


def test_a_letter_and_its_pdf_carry_them_too(site: PortalSite) -> None:
    _, path = site.letter_sent()
    with site.phone() as phone:
        answers = [phone.post(f"{path}/surname", data=RIGHT), phone.get(f"{path}/letter.pdf")]
        answers.append(phone.post(f"{path}/leave"))
    assert [(answer.status_code, is_sealed(answer)) for answer in answers] == [(200, True)] * 3


@contextmanager
def serving_for(url: str, *, breaks: bool = False) -> Iterator[httpx.Client]:
    """The portal over a store that may not be there, or with a letter that can't be shown."""

    def body_html(_body: str) -> str:
        raise ZeroDivisionError("Kanarienvogel")

    settings = settings_for(url, "http://127.0.0.1:9")
    with patient_access(settings, clock=FakeClock()) as access:
        values = {field.name: getattr(access, field.name) for field in fields(PatientAccess)}
        shown = PatientAccess(**values | ({"body_html": body_html} if breaks else {}))
        with (
            serving(portal(shown, settings)) as address,
            httpx.Client(base_url=address, timeout=PATIENCE) as phone,
        ):
            yield phone


def test_a_fault_and_a_store_that_is_away_say_nothing_and_are_sealed(
    site: PortalSite, database_url: str
) -> None:
    letter_id, path = site.letter_sent()
    with serving_for(database_url, breaks=True) as phone:
        answer = phone.post(f"{path}/surname", data=RIGHT)
        assert (answer.status_code, is_sealed(answer)) == (500, True)
        assert "Your letter is safe." in answer.text
        assert "Kanarienvogel" not in answer.text
    with serving_for(NO_STORE) as phone:
        answer = phone.get(path)
        assert (answer.status_code, is_sealed(answer)) == (503, True)
        assert "Your letter is safe." in answer.text
    assert site.status(letter_id) == "queued"


def test_by_https_the_cookie_is_of_this_host_alone_and_browsers_are_told_to_stay(database_url: str) -> None:
    with portal_site(database_url, public_url="https://letters.example") as site, site.phone() as phone:
        path = site.letter_sent()[1]
        path = path.removeprefix("https://letters.example")
        answer = phone.post(f"{path}/surname", data=RIGHT)
        assert answer.headers["strict-transport-security"] == "max-age=31536000"
        cookie = answer.headers["set-cookie"]
        assert re.fullmatch(r"__Host-letter=[\w-]{43}; HttpOnly; Path=/; SameSite=strict; Secure", cookie)
        assert phone.get("/l/unknown").headers["strict-transport-security"] == "max-age=31536000"


def test_a_page_of_another_site_sends_no_form_here(site: PortalSite) -> None:
    letter_id, path = site.letter_sent()
    with site.phone() as phone:
        for place in ("cross-site", "same-site"):
            for url in (path, f"{path}/surname", f"{path}/leave"):
                answer = phone.post(url, data=RIGHT, headers={"Sec-Fetch-Site": place})
                assert answer.status_code == 403
        assert site.status(letter_id) == "queued"
        for place in ("same-origin", "none"):
            assert phone.post(path, headers={"Sec-Fetch-Site": place}).status_code == 303


def secret_letter(site: PortalSite) -> tuple[str, str]:
    person = patient(id="canary", date_of_birth=date(1931, 12, 29), **CANARIES)
    with site.world.app.store.begin(SERVICE.id) as uow:
        uow.people.save_patients([person])
        uow.commit()
    return site.letter_sent(patient=person, title="Featherloss", fields={"text": "Your plumage thins."})


def test_neither_link_nor_message_nor_log_names_anybody(
    site: PortalSite, sandbox: SandboxServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    letter_id, path = secret_letter(site)
    site.world.dispatch(Channel.E)
    [taken] = sandbox.ledger(site.world.attempt(letter_id).reference)
    message = sandbox.notify().get_notification_by_id(taken["provider_id"])["body"]
    assert path in message
    with site.phone() as phone:
        phone.get(path)
        phone.post(path)
        for surname in ("Wrong", "Kanarienvogel"):
            given = {"day": "29", "month": "12", "year": "1931", "surname": surname}
            answer = phone.post(f"{path}/surname", data=given)
        assert answer.status_code == 200
        site.viewed(letter_id)
    log = "\n".join(record.getMessage() for record in caplog.records if record.name.startswith("services"))
    for told in (message, path, log):
        assert [secret for secret in SECRETS if secret.casefold() in told.casefold()] == []
    assert path.removeprefix("/l/") not in log


def test_whoever_reads_the_store_learns_no_link_and_no_session(site: PortalSite, database_url: str) -> None:
    letter_id, path = site.letter_sent()
    with site.phone() as phone:
        assert phone.post(f"{path}/surname", data=RIGHT).status_code == 200
        session = phone.cookies["letter"]
        site.viewed(letter_id)
    token = path.removeprefix("/l/")
    assert len(token) == 43, "256 bits in base64"
    everything = "\n".join(_rows(database_url))
    assert site.world.attempt(letter_id).reference in everything
    assert token not in everything
    assert session not in everything


def _rows(database_url: str) -> Iterator[str]:
    """Every row of every table as text."""
    engine, tables = create_engine(database_url), MetaData()
    tables.reflect(engine)
    with engine.connect() as connection:
        for table in tables.sorted_tables:
            for row in connection.execute(select(table)):
                yield repr(tuple(row))
    engine.dispose()


def test_a_letter_that_is_only_its_pdf_is_viewed_when_the_pdf_is_given_out(site: PortalSite) -> None:
    letter_id = _brought_along(site.world)
    site.world.send(letter_id)
    path = site.path_of(letter_id)
    with site.phone() as phone:
        assert phone.post(f"{path}/letter.pdf").status_code == 303
        entered = phone.post(f"{path}/surname", data=RIGHT)
        assert "Open my letter" in entered.text
        assert site.status(letter_id) == "queued"
        assert phone.head(f"{path}/letter.pdf").status_code == 200
        assert site.status(letter_id) == "queued"
        pdf = phone.post(f"{path}/letter.pdf")
        assert (pdf.headers["content-type"], pdf.content[:5]) == ("application/pdf", b"%PDF-")
        site.viewed(letter_id)


def _brought_along(world: World) -> str:
    """A letter whose PDF somebody brought along."""
    brought = BroughtLetter(
        nhs_number=PATIENT.nhs_number,
        template_id=TEMPLATE.id,
        title="Discharge",
        channel=Channel.E,
        filename="discharge.pdf",
        pdf=render_letter(ONE_PAGE),
    )
    return world.app.uploads.add(SERVICE.id, ADMIN, brought).letter_id
