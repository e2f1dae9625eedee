"""What comes back by MESH: acknowledgements, reports, silence, and what nobody can read."""

from datetime import timedelta

import pytest

from services import crash_points
from services.crash_points import CrashPoint
from services.domain.vocabulary import AttemptState, Channel, Status
from services.gateways.mesh import LEAST_PAUSE
from tests.builders import SERVICE
from tests.contract.mesh_cases import (
    PATIENT,
    by_mesh,
    mesh_service,  # noqa: F401 – pytest finds the fixture by this import
    read_inbox,
    reference,
    sent,
)
from tests.contract.watched_gateway import Killed
from tests.mesh_server import (
    OURS,
    MeshServer,
    mesh_process,  # noqa: F401 – pytest finds the fixture by this import
)
from tests.worlds import World

SETTLE, DAY = timedelta(seconds=61), timedelta(days=1)


def test_acknowledgements_move_the_letter(service: World, mesh: MeshServer) -> None:
    letter = sent(service)
    mesh.answer(reference(service, letter), "20013")
    assert read_inbox(service) == 1
    assert service.get(letter.id).status is Status.SENT
    mesh.answer(reference(service, letter), "30001")
    assert read_inbox(service) == 1
    assert service.get(letter.id).status is Status.DELIVERED
    assert mesh.waiting(OURS) == [], "each was acknowledged"


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("10001", "Handling specification error"),
        ("20009", "Payload validation failed"),
        ("30002", "Patient not known here"),
        ("30003", "Patient no longer at this clinical setting"),
    ],
)
def test_a_negative_answer_fails_it_with_its_code(
    service: World, mesh: MeshServer, code: str, reason: str
) -> None:
    letter = sent(service)
    mesh.answer(reference(service, letter), code)
    read_inbox(service)
    failed = service.get(letter.id)
    assert (failed.status, failed.reason_code, failed.reason) == (Status.FAILED, code, reason)


def test_a_rejection_after_the_acknowledgement_counts(service: World, mesh: MeshServer) -> None:
    letter = sent(service)
    for code in ("20013", "30001", "30003"):
        mesh.answer(reference(service, letter), code)
    assert read_inbox(service) == 3
    statuses = [event.to_status for event in service.history(letter.id) if event.to_status]
    assert statuses[-3:] == [Status.SENT, Status.DELIVERED, Status.FAILED]


def test_a_code_that_nobody_knows_is_kept_and_moves_nothing(service: World, mesh: MeshServer) -> None:
    letter = sent(service)
    mesh.answer(reference(service, letter), "39999")
    read_inbox(service)
    assert service.get(letter.id).status is Status.QUEUED
    assert (service.history(letter.id)[-1].kind, service.history(letter.id)[-1].code) == (
        "unknown_code",
        "39999",
    )


@pytest.mark.parametrize("how", ["report", "tracking"])
def test_a_message_that_nobody_collects_is_failed(service: World, mesh: MeshServer, how: str) -> None:
    """Row 34: report 14, or what tracking says."""
    letter = sent(service)
    provider_id = service.attempt(letter.id).provider_id
    if how == "report":
        mesh.report("14", linked=provider_id, local_id=reference(service, letter))
        assert read_inbox(service) == 1
    else:
        mesh.event(provider_id, "undeliverable", "14", "nobody came")
        service.clock.advance(LEAST_PAUSE)
        assert service.reconcile(Channel.GP, by_mesh(service)) == 1
    failed = service.get(letter.id)
    assert (failed.status, failed.reason_code) == (Status.FAILED, "14")
    assert failed.reason == "Not collected after 5 days"


def test_no_acknowledgement_in_time_fails_it(service: World) -> None:
    letter = sent(service)
    service.clock.advance(7 * DAY)
    service.reconcile(Channel.GP, by_mesh(service))
    assert service.get(letter.id).status is Status.QUEUED
    service.clock.advance(DAY)
    service.reconcile(Channel.GP, by_mesh(service))
    failed = service.get(letter.id)
    assert (failed.status, failed.reason_code) == (Status.FAILED, "no-acknowledgement")
    assert "7 days" in failed.reason


@pytest.mark.parametrize(
    ("point", "moved"), [(CrashPoint.BEFORE_REPORT_COMMIT, False), (CrashPoint.AFTER_REPORT_COMMIT, True)]
)
def test_the_inbox_is_acknowledged_only_after_the_commit(
    service: World, mesh: MeshServer, point: CrashPoint, moved: bool
) -> None:
    """Row 32: whoever ends in between reads it again, and it counts once."""
    letter = sent(service)
    mesh.answer(reference(service, letter), "20013")

    def die(reached: CrashPoint) -> None:
        if reached is point:
            raise Killed

    crash_points.arm(die)
    try:
        with pytest.raises(Killed):
            read_inbox(service)
    finally:
        crash_points.arm()
    assert (service.get(letter.id).status is Status.SENT) is moved
    assert len(mesh.waiting(OURS)) == 1
    read_inbox(service)
    assert service.get(letter.id).status is Status.SENT
    assert [event.code for event in service.history(letter.id)].count("20013") == 1
    assert mesh.waiting(OURS) == []


def test_an_acknowledgement_proves_that_it_was_sent(service: World, mesh: MeshServer) -> None:
    """It comes while the letter is in doubt: nothing is sent again."""
    letter_id = service.queued(Channel.GP, patient=PATIENT)
    attempt = service.attempt(letter_id)
    with service.app.store.begin(SERVICE.id) as uow:
        uow.attempts.record(attempt, state=AttemptState.IN_DOUBT, doubt_since=service.clock.now())
        uow.commit()
    mesh.answer(attempt.reference, "20013")
    read_inbox(service)
    assert service.get(letter_id).status is Status.SENT
    service.clock.advance(SETTLE)
    service.dispatch(Channel.GP, by_mesh(service))
    assert mesh.received() == []


@pytest.mark.parametrize("content", [b"", b"no JSON", b"[" * 100_000, b'{"entry": [1]}', b"{}", b"\xff" * 10])
def test_what_can_not_be_read_is_set_aside_and_seen_to(
    service: World, mesh: MeshServer, content: bytes
) -> None:
    letter = sent(service)
    mesh.say(content or b" ")
    mesh.answer(reference(service, letter), "20013")
    assert read_inbox(service) == 2
    assert service.get(letter.id).status is Status.SENT
    with service.app.store.read(SERVICE.id) as uow:
        [stray] = uow.events.strays(10)
    assert (stray.gateway, stray.code) == ("mesh", "unreadable")
    assert mesh.waiting(OURS) == []


def test_mail_of_another_workflow_is_left_alone(service: World, mesh: MeshServer) -> None:
    with mesh.client(OURS) as client:
        client.send_message(OURS, b"theirs", workflow_id="TEST_WORKFLOW2")
    assert read_inbox(service) == 0
    assert len(mesh.waiting(OURS)) == 1
