"""What providers report, asked for by the workers or by themselves over HTTP."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
from sqlalchemy import func, select

from services.crash_points import CrashPoint
from services.domain.vocabulary import AttemptState, Channel, Status
from services.store import tables
from services.store.running_tables import stray_reports
from tests import builders
from tests.builders import PRACTICE, SERVICE
from tests.faults.processes import Stop
from tests.faults.site import SETTLE, Site
from tests.mesh_server import OURS, PRACTICES_ODS, MeshServer

HOUR, DAY = timedelta(hours=1).total_seconds(), timedelta(days=1).total_seconds()
MINUTE = 60.0
OK = httpx.codes.OK


def receipt(site: Site, letter_id: str, status: str, *, provider_id: str = "") -> dict[str, Any]:
    attempt = site.attempt(letter_id)
    at = site.world.clock.now().isoformat()
    return {
        "id": provider_id or attempt.provider_id,
        "reference": attempt.reference,
        "to": "07700900123",
        "status": status,
        "created_at": at,
        "sent_at": at,
        "completed_at": at,
        "notification_type": "sms",
        "template_id": str(uuid4()),
        "template_version": 1,
    }


def at_status(site: Site, channel: Channel, status: Status, *, after: float) -> str:
    """A letter that the workers sent and have asked about until it was there."""
    letter_id = site.queued(channel)
    site.start()
    site.until_accepted(letter_id)
    site.hours_pass(after)
    site.until_at(letter_id, status)
    return letter_id


def test_row_18_older_status_after_a_newer_one(site: Site) -> None:
    letter_id = at_status(site, Channel.E, Status.DELIVERED, after=2 * MINUTE)
    with site.receipts() as notify:
        assert notify.post("/sms", json=receipt(site, letter_id, "sending")).status_code == OK
    assert site.letter(letter_id).status is Status.DELIVERED
    last = site.history(letter_id)[-1]
    assert (last.code, last.applied) == ("sending", False)


def test_row_19_failure_after_delivered(site: Site) -> None:
    """By channel: SMS ignored; GP and hybrid become Failed."""
    site.sandbox.script("rejected-after-delivery", gateway="gp")
    by_sms = at_status(site, Channel.E, Status.DELIVERED, after=2 * MINUTE)
    by_post = at_status(site, Channel.H, Status.POSTED, after=HOUR)
    to_practice = site.queued(Channel.GP)
    site.until_accepted(to_practice)
    site.hours_pass(6 * MINUTE)
    site.until_at(to_practice, Status.DELIVERED)
    with site.receipts() as notify:
        assert notify.post("/sms", json=receipt(site, by_sms, "permanent-failure")).status_code == OK
        attempt = site.attempt(by_post)
        returned = {"notification_id": attempt.provider_id, "reference": attempt.reference}
        returned |= {"date_sent": "2026-11-20T10:00:00.000000Z", "sent_by": "API"}
        assert notify.post("/returned-letters", json=returned).status_code == OK
    site.hours_pass(HOUR)
    site.until_at(to_practice, Status.FAILED)
    assert site.letter(by_post).status is Status.FAILED
    assert "returned" in site.letter(by_post).reason.lower()
    assert site.letter(by_sms).status is Status.DELIVERED
    assert site.history(by_sms)[-1].code == "permanent-failure"


def test_row_20_same_receipt_twice_or_20_at_once(site: Site) -> None:
    letter_id = site.queued(Channel.E)
    site.start()
    site.until_accepted(letter_id)
    with site.receipts() as notify:
        body = receipt(site, letter_id, "delivered")
        with ThreadPoolExecutor(20) as threads:
            answers = list(threads.map(lambda _: notify.post("/sms", json=body).status_code, range(20)))
        answers += [notify.post("/sms", json=body).status_code for _ in range(2)]
    assert set(answers) == {OK}
    assert [event.to_status for event in site.history(letter_id)].count(Status.DELIVERED) == 1


def test_row_21_receipt_before_the_id_is_recorded(site: Site) -> None:
    letter_id = site.queued(Channel.E)
    site.start({CrashPoint.AFTER_CALL: Stop.KILLED})
    site.until_killed(CrashPoint.AFTER_CALL)
    [acceptance] = site.acceptances(letter_id)
    with site.receipts() as notify:
        body = receipt(site, letter_id, "delivered", provider_id=acceptance["provider_id"])
        assert notify.post("/sms", json=body).status_code == OK
    assert site.letter(letter_id).status is Status.DELIVERED
    site.later(SETTLE)
    site.a_round_passes(Channel.E)
    assert site.was_sent_once(letter_id)
    assert site.posts(letter_id) == 1


def test_row_22_receipt_for_an_unknown_id(site: Site, caplog: Any) -> None:
    letter_id = site.queued(Channel.E)
    site.start()
    site.until_accepted(letter_id)
    before = rows(site)
    with site.receipts() as notify:
        body = receipt(site, letter_id, "delivered", provider_id=str(uuid4())) | {"reference": str(uuid4())}
        assert notify.post("/sms", json=body).is_success
    assert rows(site) == before
    assert counted(site, stray_reports) == 1
    assert "of a letter that we don't know" in caplog.text
    assert site.letter(letter_id).status is Status.QUEUED


def test_row_23_provider_forgets_the_id(site: Site) -> None:
    site.sandbox.script("forgotten", gateway="sms")
    letter_id = at_status(site, Channel.E, Status.SENT, after=31)
    site.hours_pass(2 * MINUTE)
    site.until(lambda: "Not known to the delivery provider since" in site.letter(letter_id).warning)
    assert site.letter(letter_id).status is Status.SENT
    site.hours_pass(11 * DAY)
    site.until(lambda: poll_at(site, letter_id) is None)
    assert site.letter(letter_id).status is Status.SENT
    assert [event.kind for event in site.history(letter_id)].count("not_known") == 1


def test_row_32_gp_acknowledges_then_rejects(site: Site, mesh: MeshServer) -> None:
    """By MESH the worker is killed before it commits the rejection: it still lies in our inbox."""
    site.sandbox.script("rejected-after-delivery", gateway="gp")
    letter_id = at_status(site, Channel.GP, Status.DELIVERED, after=6 * MINUTE)
    site.hours_pass(HOUR)
    site.until_at(letter_id, Status.FAILED)
    letter = site.letter(letter_id)
    assert letter.reason_code == "REJ01"
    assert letter.reason == "Patient is no longer registered at this practice"
    assert last_two(site, letter_id) == [Status.DELIVERED, Status.FAILED]
    mesh.empty()
    by_mesh = queued_by_mesh(site)
    site.until_accepted(by_mesh)
    reference = site.attempt(by_mesh).reference
    for code in ("20013", "30001"):
        mesh.answer(reference, code)
    site.until_at(by_mesh, Status.DELIVERED)
    site.kill_all()
    mesh.answer(reference, "30003")
    site.start({CrashPoint.BEFORE_REPORT_COMMIT: Stop.KILLED})
    site.until_killed(CrashPoint.BEFORE_REPORT_COMMIT)
    site.until_at(by_mesh, Status.FAILED)
    assert site.letter(by_mesh).reason_code == "30003"
    assert last_two(site, by_mesh) == [Status.DELIVERED, Status.FAILED]
    assert len(mesh.received()) == 1
    site.until(lambda: mesh.waiting(OURS) == [])


def last_two(site: Site, letter_id: str) -> list[Status]:
    return [event.to_status for event in site.history(letter_id) if event.to_status][-2:]


def queued_by_mesh(site: Site) -> str:
    """A letter to a practice that is reached by MESH."""
    surgery = replace(PRACTICE, id="surgery", ods_code=PRACTICES_ODS)
    patient = builders.patient(id="by mesh", nhs_number=builders.nhs_number(7001), practice=surgery)
    with site.world.app.store.begin(SERVICE.id) as uow:
        uow.people.save_practices([surgery])
        uow.people.save_patients([patient])
        uow.people.choose_gateway(PRACTICES_ODS, "mesh")
        uow.commit()
    return site.queued(Channel.GP, patient=patient)


def test_row_34_gp_never_collects(site: Site) -> None:
    site.sandbox.script("never-collected", gateway="gp")
    letter_id = at_status(site, Channel.GP, Status.SENT, after=2 * HOUR)
    site.hours_pass(6 * DAY)
    site.until_at(letter_id, Status.FAILED)
    letter = site.letter(letter_id)
    assert (letter.reason_code, letter.row.pending_group) == ("not-collected", True)
    assert site.attempt(letter_id).state is AttemptState.ACCEPTED


def rows(site: Site) -> tuple[int, int, int]:
    return counted(site, tables.letters), counted(site, tables.attempts), counted(site, tables.events)


def counted(site: Site, table: Any) -> int:
    with site.world.app.store.read(SERVICE.id) as uow:
        return int(uow.connection.scalar(select(func.count()).select_from(table)) or 0)


def poll_at(site: Site, letter_id: str) -> Any:
    attempts = tables.attempts
    with site.world.app.store.read(SERVICE.id) as uow:
        return uow.connection.scalar(select(attempts.c.poll_at).where(attempts.c.letter_id == letter_id))
