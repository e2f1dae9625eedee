"""Puts the demonstration into a store, once."""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Final

from services.batch.actions import Batch
from services.demo.carriers import Carrier, Vendor
from services.demo.files import read_names, read_practices, read_templates, read_users
from services.demo.history import History, PastClock
from services.demo.patients import make_awkward, make_patients
from services.demo.plan import Cast, Planner
from services.domain.errors import UserError
from services.domain.letter import Practice
from services.domain.local_time import LONDON
from services.domain.people import Role, Service
from services.ports.gateway import Gateway
from services.ports.store import Store, UnitOfWork
from services.settings import Settings

KIND: Final = "demo"
LETTERS: Final = 2000
_SEED: Final = 18_07_1948
_LOADED: Final = "demo_loaded"


@dataclass(frozen=True, kw_only=True, slots=True)
class Stage:
    """What the demo is played on: a process's use cases, on a clock that stands at the demo's last moment."""

    store: Store
    settings: Settings
    batch: Batch
    clock: PastClock
    gateways: Mapping[str, Gateway]


def load_demo(stage: Stage, letters: int = LETTERS) -> int:
    """Load the demonstration that ends at the clock's time; returns how many letters it has.

    0: it is there already. Raises UserError when the service is another one, or was loaded only in part.
    """
    service_id = stage.settings.service_id
    if service_id in stage.store.service_ids():
        _check_loaded(stage, service_id)
        return 0
    now, random = stage.clock.now(), Random(_SEED)  # noqa: S311 - the same demo each time, nothing secret
    users, names, practices = read_users(), read_names(), read_practices()
    today = now.astimezone(LONDON).date()
    cast = Cast(
        users=users,
        templates=read_templates(),
        patients=make_patients(random, names, practices, today),
        awkward=make_awkward(random, names, practices, today),
    )
    with stage.store.begin(service_id) as uow:
        uow.people.add_service(_service(service_id))
        _save(uow, cast, practices)
        uow.commit()
    plan = Planner(random, cast, now).plan(letters)
    history = History(
        store=stage.store,
        settings=stage.settings,
        batch=stage.batch,
        clock=stage.clock,
        carriers={
            gate.channel: Carrier(gate) for gate in stage.gateways.values() if isinstance(gate, Vendor)
        },
        service_id=service_id,
        admins=[user for user in users if user.role is Role.ADMIN],
    )
    history.play(plan)
    with stage.store.begin(service_id) as uow:
        uow.settings.put(_LOADED, True, by=users[-1].id, at=now)
        uow.commit()
    return len(plan.letters)


def _service(service_id: str) -> Service:
    return Service(
        id=service_id,
        name="Brookvale Talking Therapies",
        address=("Heronsbridge House", "14 Heronsbridge Street", "Brookvale", "ZZ99 9ZZ"),
        telephone="01632 960418",  # of Ofcom's numbers for drama
        ods_code="Y90100",
        kind=KIND,
    )


def _save(uow: UnitOfWork, cast: Cast, practices: list[Practice]) -> None:
    uow.people.save_users(cast.users)
    uow.people.save_practices(practices)
    uow.people.save_templates(demo.template for demo in cast.templates)
    uow.people.save_patients([*cast.patients, *(awkward.patient for awkward in cast.awkward)])


def _check_loaded(stage: Stage, service_id: str) -> None:
    with stage.store.read(service_id) as uow:
        kind, loaded = uow.people.service().kind, uow.settings.get(_LOADED)
    if kind != KIND:
        raise UserError(f"The service “{service_id}” is not a demonstration. Nothing was loaded or changed.")
    if not loaded:
        raise UserError(
            f"The demonstration “{service_id}” was loaded only in part. Load it into an empty database: "
            "remove this one, or name another in BATCH_LETTERS_DATABASE_URL."
        )
