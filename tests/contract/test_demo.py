"""The demonstration: every status is there, and each came about by the rules."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from nhs_number.validate import is_valid

from services.bootstrap import Application, prepare_store, rehearse
from services.demo.courses import STANDING, USUAL, Do
from services.demo.files import read_practices, read_templates, read_users
from services.demo.history import PastClock
from services.demo.load import LETTERS, Stage, load_demo
from services.domain.errors import UserError
from services.domain.letter import Attempt, Event, Letter
from services.domain.merge_fields import check_body
from services.domain.people import Role, Service
from services.domain.recipient import missing
from services.domain.status import STATUSES, may
from services.domain.vocabulary import AttemptState, Cause, Channel, Status
from services.reject_codes import reject_codes
from services.settings import Settings

NOW = datetime(2026, 11, 23, 14, 5, tzinfo=UTC)
FEW = 450  # letters, so that the tests are quick; those that wait are the same as among all
SERVICE = "demo"


@dataclass(frozen=True, kw_only=True)
class World:
    letters: list[Letter]
    histories: dict[str, list[Event]]
    attempts: list[Attempt]


def stage(database_url: str) -> tuple[Application, Stage]:
    settings = Settings(database_url=database_url, service_id=SERVICE)
    prepare_store(settings)
    clock = PastClock(NOW)
    process = rehearse(settings, clock)
    return process, Stage(
        store=process.store, settings=settings, batch=process.batch, clock=clock, gateways=process.gateways
    )


def play(database_url: str) -> World:
    process, played = stage(database_url)
    with process:
        assert load_demo(played, FEW) == FEW
        return look(process)


def look(process: Application) -> World:
    references = [f"BTT-{year}-{number:05}" for year in (25, 26) for number in range(1, FEW + 1)]
    with process.store.read(SERVICE) as uow:
        letters = list(uow.letters.by_reference(references).values())
        return World(
            letters=letters,
            histories={letter.id: uow.events.of_letter(letter.id) for letter in letters},
            attempts=uow.attempts.of_letters([letter.id for letter in letters]),
        )


@pytest.fixture(scope="module")
def sqlite_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    return f"sqlite:///{tmp_path_factory.mktemp('demo') / 'letters.db'}"


@pytest.fixture(scope="module")
def world(sqlite_url: str) -> World:
    return play(sqlite_url)


def test_there_are_letters_in_every_status(world: World) -> None:
    there = Counter((letter.channel, letter.status) for letter in world.letters)

    assert {(row.channel, row.status) for row in STATUSES} == there.keys()
    assert there.total() == FEW


def test_the_status_is_the_fold_of_the_history(world: World) -> None:
    for letter in world.letters:
        moves = [event for event in world.histories[letter.id] if event.kind in ("created", "status")]
        assert (moves[0].kind, moves[0].to_status) == ("created", Status.PENDING)
        for before, move in pairwise(moves):
            assert move.from_status is before.to_status
        assert moves[-1].to_status is letter.status


def test_no_letter_moved_but_as_the_status_table_says(world: World) -> None:
    moves = [event for history in world.histories.values() for event in history if event.kind == "status"]

    assert len(moves) > FEW
    for move in moves:
        assert move.from_status
        assert move.to_status
        assert move.cause
        assert may(move.channel, move.from_status, move.to_status, move.cause), move


def test_history_goes_forward_and_ends_before_now(world: World) -> None:
    for history in world.histories.values():
        times = [event.at for event in history]
        assert times == sorted(times)
        assert times[-1] <= NOW


def test_every_cause_of_the_past_is_met(world: World) -> None:
    met = {event.cause for history in world.histories.values() for event in history}

    assert met >= {Cause.PRINT, Cause.SEND, Cause.RESEND, Cause.DISPATCH, Cause.REPORT, Cause.PORTAL}


def test_what_waits_is_a_day_s_work_with_some_failures(world: World) -> None:
    waiting = [letter for letter in world.letters if letter.row.pending_group and not letter.closed_at]
    failed = [letter for letter in waiting if letter.status is Status.FAILED]

    assert 180 <= len(waiting) <= 220
    assert 12 <= len(failed) <= 20
    assert all(letter.reason_code and letter.reason for letter in failed)
    assert {letter.channel for letter in waiting} == set(Channel)
    assert any(missing(letter.patient, letter.channel) for letter in waiting)


def test_some_are_stuck_and_nothing_is_in_doubt(world: World) -> None:
    sent = [letter for letter in world.letters if letter.status is Status.SENT]
    assert sum(NOW - letter.status_at > timedelta(days=2) for letter in sent) == 12

    states = Counter(attempt.state for attempt in world.attempts)
    assert states[AttemptState.IN_DOUBT] == 0
    assert states[AttemptState.READY] == 3  # hybrid mail that the worker sends when it starts


def test_nobody_is_asked_about_an_attempt_of_the_past(sqlite_url: str, world: World) -> None:
    process, _ = stage(sqlite_url)
    far = NOW + timedelta(days=3650)
    with process, process.store.read(SERVICE) as uow:
        for gateway in process.gateways:
            assert uow.attempts.due_for_poll(gateway=gateway, now=far, limit=10) == []


def test_it_is_loaded_once(sqlite_url: str, world: World) -> None:
    process, played = stage(sqlite_url)
    with process:
        assert load_demo(played, FEW) == 0
        assert look(process) == world


def test_both_databases_hold_the_same(world: World, fresh_pg_store: str) -> None:
    other = play(fresh_pg_store)

    assert [summary(letter) for letter in ordered(other)] == [summary(letter) for letter in ordered(world)]


def test_another_service_s_letters_are_never_mixed_with_the_demo_s(tmp_path: Path) -> None:
    process, played = stage(f"sqlite:///{tmp_path / 'letters.db'}")
    with process:
        with process.store.begin(SERVICE) as uow:
            uow.people.add_service(Service(id=SERVICE, name="Elm"))
            uow.commit()
        with pytest.raises(UserError, match="is not a demonstration"):
            load_demo(played)


def test_the_cast_is_as_described() -> None:
    users, practices, templates = read_users(), read_practices(), read_templates()

    assert LETTERS == 2000
    assert (len(practices), len({practice.ods_code for practice in practices})) == (40, 40)
    assert (len(templates), len({demo.template.name for demo in templates})) == (14, 14)
    assert Counter(user.role for user in users) == {
        Role.THERAPIST: 45,
        Role.ADMIN: 8,
        Role.SERVICE_MANAGER: 3,
        Role.ANALYST: 2,
        Role.SUPERUSER: 2,
    }
    assert len({user.username for user in users}) == 60
    assert [problem for demo in templates for problem in check_body(demo.template.body)] == []
    assert {channel for demo in templates for channel in demo.template.channels} == set(Channel)


def test_everybody_is_invented(world: World) -> None:
    patients = {letter.patient.nhs_number: letter.patient for letter in world.letters}.values()

    assert all(patient.nhs_number.startswith("999") and is_valid(patient.nhs_number) for patient in patients)
    assert {patient.mobile[:10] for patient in patients} <= {"", "+447700900"}
    assert all(patient.practice is None or patient.practice.ods_code[:2] == "Y9" for patient in patients)


def test_every_code_of_the_courses_is_a_real_one() -> None:
    systems = {Channel.GP: "docman", Channel.E: "notify-sms", Channel.H: "notify-letter"}
    steps = [(channel, step) for channel, courses in USUAL.items() for each in courses for step in each.steps]
    steps += [(standing.channel, step) for standing in STANDING for step in standing.steps]
    said = [(channel, step) for channel, step in steps if step.do in (Do.REPORT, Do.REFUSE)]

    assert said
    for channel, step in said:
        assert reject_codes().meaning(systems[channel], step.code), step
        assert not step.rejection or reject_codes().practice_meaning(step.rejection)


def ordered(world: World) -> Iterator[Letter]:
    return iter(sorted(world.letters, key=lambda letter: letter.reference))


def summary(letter: Letter) -> tuple[object, ...]:
    patient = letter.patient
    return (
        letter.reference,
        letter.channel,
        letter.status,
        letter.status_at,
        letter.title,
        patient.nhs_number,
    )
