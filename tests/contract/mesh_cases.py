"""A service whose practices are reached by MESH, and what the tests of it share."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from services.domain.letter import Letter
from services.domain.vocabulary import AttemptState, Channel
from services.inbox import InboxReader
from tests import builders
from tests.builders import PRACTICE, SERVICE
from tests.clock import FakeClock
from tests.mesh_server import PRACTICES_ODS, MeshServer
from tests.worlds import World, never, world

SURGERY = replace(PRACTICE, id="surgery", ods_code=PRACTICES_ODS)
PATIENT = builders.patient(id="mesh patient", nhs_number=builders.nhs_number(7001), practice=SURGERY)


@pytest.fixture(name="service")
def mesh_service(tmp_path: Path, mesh: MeshServer) -> Iterator[World]:
    """Its practices are reached by MESH."""
    mesh.empty()
    with world(f"sqlite:///{tmp_path / 'letters.db'}", clock=FakeClock(), **mesh.settings()) as made:
        with made.app.store.begin(SERVICE.id) as uow:
            uow.people.save_practices([SURGERY])
            uow.people.save_patients([PATIENT])
            uow.settings.put("gp_gateway", "mesh", by="sue", at=made.clock.now())
            uow.commit()
        yield made


def by_mesh(service: World) -> Any:
    return service.app.gateways["mesh"]


def sent(service: World) -> Letter:
    letter_id = service.queued(Channel.GP, patient=PATIENT)
    service.dispatch(Channel.GP, by_mesh(service))
    assert service.attempt(letter_id).state is AttemptState.ACCEPTED
    return service.get(letter_id)


def read_inbox(service: World) -> int:
    app = service.app
    reader = InboxReader(
        store=app.store, clock=service.clock, settings=app.settings, inbox=by_mesh(service), stop=never
    )
    return reader.round()


def reference(service: World, letter: Letter) -> str:
    return service.attempt(letter.id).reference
