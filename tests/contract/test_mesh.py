"""MESH against NHS England's own sandbox of it: letters go out, once, and the way that was chosen."""

import json
import os
import subprocess
import sys
from base64 import b64decode
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from services import crash_points
from services.crash_points import CrashPoint
from services.domain.errors import Misconfigured
from services.domain.vocabulary import AttemptState, Channel, Status
from services.gateways.mesh import LEAST_PAUSE
from services.settings import ROOT
from tests import builders
from tests.builders import PRACTICE, SERVICE
from tests.contract.mesh_cases import (
    PATIENT,
    SURGERY,
    by_mesh,
    mesh_service,  # noqa: F401 – pytest finds the fixture by this import
    sent,
)
from tests.contract.watched_gateway import Killed
from tests.mesh_server import (
    OURS,
    PRACTICES,
    PRACTICES_ODS,
    WORKFLOW,
    MeshServer,
    mesh_process,  # noqa: F401 – pytest finds the fixture by this import
)
from tests.worlds import World, world

SETTLE, DAY = timedelta(seconds=61), timedelta(days=1)


def test_a_letter_goes_out_with_its_document_and_our_reference(service: World, mesh: MeshServer) -> None:
    letter = sent(service)
    attempt = service.attempt(letter.id)
    assert (attempt.gateway, letter.status) == ("mesh", Status.QUEUED)
    [(local_id, content)] = mesh.received()
    resources = {each["resource"]["resourceType"]: each["resource"] for each in json.loads(content)["entry"]}
    document = resources["DocumentReference"]["content"][0]["attachment"]["data"]
    assert local_id == resources["MessageHeader"]["id"] == attempt.reference
    assert sha256(b64decode(document)).hexdigest() == attempt.sha256
    assert resources["Patient"]["identifier"][0]["value"] == PATIENT.nhs_number


def test_tracking_is_asked_no_more_often_than_the_service_allows(service: World) -> None:
    sent(service)
    service.clock.advance(LEAST_PAUSE - timedelta(seconds=1))
    assert service.reconcile(Channel.GP, by_mesh(service)) == 0
    service.clock.advance(1)
    assert service.reconcile(Channel.GP, by_mesh(service)) == 1


def test_what_may_have_been_sent_is_looked_up_by_our_local_id(service: World, mesh: MeshServer) -> None:
    letter_id = service.queued(Channel.GP, patient=PATIENT)

    def die(reached: CrashPoint) -> None:
        if reached is CrashPoint.AFTER_CALL:
            raise Killed

    crash_points.arm(die)
    try:
        with pytest.raises(Killed):
            service.dispatch(Channel.GP, by_mesh(service))
    finally:
        crash_points.arm()
    assert service.attempt(letter_id).state is AttemptState.IN_DOUBT
    service.clock.advance(SETTLE)
    service.dispatch(Channel.GP, by_mesh(service))
    attempt = service.attempt(letter_id)
    assert (attempt.state, bool(attempt.provider_id)) == (AttemptState.ACCEPTED, True)
    assert len(mesh.received()) == 1


def test_two_messages_with_our_local_id_are_one_letter_and_a_warning(
    service: World, mesh: MeshServer
) -> None:
    letter_id = service.queued(Channel.GP, patient=PATIENT)
    attempt = service.attempt(letter_id)
    with service.app.store.begin(SERVICE.id) as uow:
        uow.attempts.record(attempt, state=AttemptState.IN_DOUBT, doubt_since=service.clock.now())
        uow.commit()
    with mesh.client(OURS) as client:
        for _ in range(2):
            client.send_message(PRACTICES, b"{}", workflow_id=WORKFLOW, local_id=attempt.reference)
    service.clock.advance(SETTLE)
    service.dispatch(Channel.GP, by_mesh(service))
    assert service.attempt(letter_id).state is AttemptState.ACCEPTED
    assert "Possible duplicate" in service.get(letter_id).warning
    assert len(mesh.received()) == 2, "none of them by us"


def test_a_practice_without_a_mailbox_fails_the_letter(service: World) -> None:
    patient = replace(PATIENT, id="other", nhs_number=builders.nhs_number(7002), practice=PRACTICE)
    with service.app.store.begin(SERVICE.id) as uow:
        uow.people.save_patients([patient])
        uow.commit()
    letter_id = service.queued(Channel.GP, patient=patient)
    service.dispatch(Channel.GP, by_mesh(service))
    failed = service.get(letter_id)
    assert (failed.status, failed.reason_code) == (Status.FAILED, "EPL-151")
    assert failed.reason == "No mailbox for the patient's practice"


def test_a_wrong_password_pauses_the_channel(tmp_path: Path, mesh: MeshServer) -> None:
    told = mesh.settings() | {"mesh_password": "wrong"}
    with world(f"sqlite:///{tmp_path / 'letters.db'}", **told) as service:
        with service.app.store.begin(SERVICE.id) as uow:
            uow.people.save_practices([replace(SURGERY, gateway="")])
            uow.people.save_patients([PATIENT])
            uow.settings.put("gp_gateway", "mesh", by="sue", at=service.clock.now())
            uow.commit()
        letter_id = service.queued(Channel.GP, patient=PATIENT)
        with pytest.raises(Misconfigured):
            service.dispatcher(Channel.GP, gateway=by_mesh(service)).round()
        assert service.get(letter_id).status is Status.QUEUED


def test_a_practice_may_be_reached_another_way_than_the_others(service: World) -> None:
    with service.app.store.begin(SERVICE.id) as uow:
        assert uow.people.choose_gateway(PRACTICES_ODS, "docman")
        assert not uow.people.choose_gateway("Y99999", "docman")
        uow.people.save_practices([SURGERY])  # as an import does
        uow.commit()
    letter_id = service.queued(Channel.GP, patient=PATIENT)
    assert service.attempt(letter_id).gateway == "docman"


def test_the_command_that_chooses_the_way(service: World, mesh: MeshServer) -> None:
    told = mesh.settings() | {"database_url": service.app.settings.database_url, "service_id": SERVICE.id}
    environment = os.environ | {f"BATCH_LETTERS_{name.upper()}": str(value) for name, value in told.items()}

    def choose(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "services.cli", "gp-gateway", *words]
        return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)

    assert "is not set up here" in choose("fax").stderr
    assert "no practice Y99999" in choose("docman", "--practice", "Y99999").stderr
    assert "no service “elsewhere”" in choose("docman", "--service", "elsewhere").stderr
    assert way_of_next_letter(service) == "mesh"
    assert choose("docman").returncode == 0
    assert way_of_next_letter(service) == "docman"
    assert choose("mesh", "--practice", PRACTICES_ODS).returncode == 0
    assert way_of_next_letter(service) == "mesh"
    assert choose("default", "--practice", PRACTICES_ODS).returncode == 0
    assert way_of_next_letter(service) == "docman"


def way_of_next_letter(service: World) -> str:
    return service.attempt(service.queued(Channel.GP, patient=PATIENT)).gateway
