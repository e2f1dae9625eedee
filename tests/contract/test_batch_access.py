"""Who may act on whose letters, asked of the real use cases (docs/product.md section 7)."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

import pytest

from services import letter_detail, letter_documents
from services.batch.results import BatchResult, Outcome
from services.domain.errors import NotAllowed, NotFound
from services.domain.people import Role, User
from services.domain.vocabulary import Action, Channel
from tests.builders import ADMIN, ANALYST, ANN, BOB, BY_ROLE, MANAGER, NOON, SERVICE, SUPERUSER
from tests.contract.batch_world import World, world_on

Press = Callable[[World, User, list[str]], BatchResult]

PRESS: Final[dict[Action, Press]] = {
    Action.PRINT: lambda world, user, ids: world.app.batch.printing.print_letters(SERVICE.id, user, ids),
    Action.DOWNLOAD: lambda world, user, ids: world.app.batch.printing.download(SERVICE.id, user, ids),
    Action.SEND: lambda world, user, ids: world.app.batch.sending.send(SERVICE.id, user, ids),
    Action.RESEND: lambda world, user, ids: world.app.batch.sending.resend(SERVICE.id, user, ids),
    Action.NEW_LINK: lambda world, user, ids: world.app.batch.sending.new_link(SERVICE.id, user, ids),
    Action.STOP_LINK: lambda world, user, ids: world.app.batch.keeping.stop_link(SERVICE.id, user, ids),
    Action.CHANGE_CHANNEL: lambda world, user, ids: world.app.batch.keeping.change_channel(
        SERVICE.id, user, ids, Channel.H
    ),
    Action.REMOVE: lambda world, user, ids: world.app.batch.keeping.remove(SERVICE.id, user, ids),
    Action.CLOSE: lambda world, user, ids: world.app.batch.keeping.close(SERVICE.id, user, ids, "A note."),
    Action.REOPEN: lambda world, user, ids: world.app.batch.keeping.reopen(SERVICE.id, user, ids),
}
FAILED: Final = {Action.RESEND, Action.CLOSE, Action.REOPEN}
LINKED: Final = {Action.NEW_LINK, Action.STOP_LINK}
MAY_ACT_ON_ANNS: Final = (ANN, ADMIN, SUPERUSER)
MAY_NOT_ACT: Final = (MANAGER, ANALYST)


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    with world_on(database_url) as world:
        yield world


def ready_for(world: World, action: Action) -> str:
    """A letter of Ann's that the action fits."""
    if action in LINKED:
        letter_id, attempt = world.sent(Channel.E)
        world.report(attempt, "delivered")
        return letter_id
    if action not in FAILED:
        return world.add(Channel.E if action is Action.SEND else Channel.PRINT)
    letter_id, attempt = world.sent(Channel.E)
    world.report(attempt, "permanent-failure")
    if action is Action.REOPEN:
        world.app.batch.keeping.close(SERVICE.id, ADMIN, [letter_id], "A note.")
    return letter_id


def refused(
    act: Callable[..., object], *given: object, error: type[Exception] = NotAllowed, **named: object
) -> bool:
    with pytest.raises(error):
        act(*given, **named)
    return True


def test_every_role_and_every_action_is_asked() -> None:
    assert set(PRESS) == set(Action)
    assert {user.role for user in MAY_ACT_ON_ANNS + MAY_NOT_ACT} == set(Role) == set(BY_ROLE)


@pytest.mark.parametrize("action", Action)
def test_each_action_by_each_role(world: World, action: Action) -> None:
    for user in MAY_NOT_ACT:
        letter_id = ready_for(world, action)
        before = (world.letter(letter_id), world.events(letter_id))
        assert refused(PRESS[action], world, user, [letter_id])
        assert (world.letter(letter_id), world.events(letter_id)) == before
    for user in MAY_ACT_ON_ANNS:
        [result] = PRESS[action](world, user, [ready_for(world, action)]).results
        assert result.outcome is Outcome.DONE, result.reason


@pytest.mark.parametrize("action", Action)
def test_a_therapist_does_nothing_with_anothers_letter(world: World, action: Action) -> None:
    anns = ready_for(world, action)
    before = (world.letter(anns), world.events(anns), world.attempts(anns))
    [result] = PRESS[action](world, BOB, [anns]).results
    [unknown] = PRESS[action](world, BOB, ["unknown"]).results
    assert result.outcome is Outcome.SKIPPED
    assert (result.name, result.reason) == (unknown.name, unknown.reason)  # not even that it exists
    assert (world.letter(anns), world.events(anns), world.attempts(anns)) == before


def test_a_therapist_acts_on_the_own_letters_among_others(world: World) -> None:
    anns, bobs = world.add(), world.add(created_by=BOB.id)
    result = PRESS[Action.PRINT](world, BOB, [anns, bobs])
    outcomes = {each.letter_id: each.outcome for each in result.results}
    assert outcomes == {anns: Outcome.SKIPPED, bobs: Outcome.DONE}
    assert result.made is not None
    assert result.made.letter_count == 1
    assert world.status(anns) == "print.pending"


def test_a_plan_names_nothing_of_anothers_letter(world: World) -> None:
    anns, bobs = world.add(), world.add(created_by=BOB.id)
    plan = world.app.batch.plan(SERVICE.id, BOB, [anns, bobs])
    assert [each.letter_id for each in plan.to_print] == [bobs]
    assert [(each.letter_id, each.name) for each in plan.cannot] == [(anns, "A letter")]
    whole = world.app.batch.plan(SERVICE.id, ADMIN, [anns, bobs])
    done = world.app.batch.print_or_send(SERVICE.id, BOB, whole, confirmed=[anns])
    assert {each.outcome for each in done.results if each.letter_id == anns} == {Outcome.SKIPPED}
    assert world.status(anns) == "print.pending"
    assert world.app.batch.second_thoughts(SERVICE.id, BOB, [anns], Action.PRINT) == ()


def test_the_setting_leaves_acting_to_admins(world: World) -> None:
    with world.work() as uow:
        uow.settings.put("therapists_may_not_act", True, by=SUPERUSER.id, at=NOON)
    for action in Action:
        letter_id = ready_for(world, action)
        assert refused(PRESS[action], world, ANN, [letter_id])
        assert PRESS[action](world, ADMIN, [letter_id]).results[0].outcome is Outcome.DONE
    assert refused(world.app.batch.plan, SERVICE.id, ANN, [])
    with world.app.store.read(SERVICE.id) as uow:
        assert letter_detail.detail(uow, ANN, letter_id, now=world.clock.now()).verdicts == {}


@pytest.mark.parametrize("role", Role)
def test_who_sees_a_letter_and_reads_its_document(world: World, role: Role) -> None:
    user = BY_ROLE[role]
    letter_id = world.sent(Channel.H)[0]
    with world.app.store.read(SERVICE.id) as uow:
        seen = letter_detail.detail(uow, user, letter_id, now=world.clock.now())
        if role is Role.ANALYST:
            assert refused(letter_documents.of_letter, uow, user, letter_id)
        else:
            assert letter_documents.of_letter(uow, user, letter_id).page_count == 1
    knows_patient = role is not Role.ANALYST
    assert (seen.sees_patient, seen.reads_document) == (knows_patient, knows_patient)
    assert bool(seen.recipient.address) is knows_patient
    assert seen.pages == (1 if knows_patient else 0)
    assert bool(seen.verdicts) is (user in MAY_ACT_ON_ANNS)


def test_a_therapist_neither_sees_nor_reads_anothers_letter(world: World) -> None:
    letter_id = world.sent(Channel.H)[0]
    with world.app.store.read(SERVICE.id) as uow:
        assert refused(letter_detail.detail, uow, BOB, letter_id, error=NotFound, now=world.clock.now())
        assert refused(letter_documents.of_letter, uow, BOB, letter_id, error=NotFound)


def test_a_user_who_has_left_does_and_sees_nothing(world: World) -> None:
    letter_id, gone = world.add(), replace(ADMIN, active=False)
    assert refused(PRESS[Action.PRINT], world, gone, [letter_id])
    with world.app.store.read(SERVICE.id) as uow:
        assert refused(letter_detail.detail, uow, gone, letter_id, now=world.clock.now())


def test_another_services_letters_do_not_exist(world: World) -> None:
    letter_id = world.add()
    with world.app.store.begin("elsewhere") as uow:
        uow.people.add_service(replace(SERVICE, id="elsewhere"))
        uow.people.save_users([SUPERUSER])
        uow.commit()
    result = world.app.batch.printing.print_letters("elsewhere", SUPERUSER, [letter_id])
    assert [each.outcome for each in result.results] == [Outcome.SKIPPED]
    with world.app.store.read("elsewhere") as uow:
        assert refused(letter_detail.detail, uow, SUPERUSER, letter_id, error=NotFound, now=world.clock.now())
    assert world.status(letter_id) == "print.pending"
