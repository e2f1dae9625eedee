"""The Worklist: every failed and stuck letter stands in one group, with what to do, its owner and note."""

from collections.abc import Iterator

import pytest

from services.domain.errors import NotAllowed, UserError
from services.domain.people import User
from services.domain.vocabulary import Channel
from services.listing.filters import Filters
from services.listing.sort import Sort
from services.worklist import Group
from tests.builders import ADMIN, ANALYST, ANN, BOB, MANAGER, SERVICE
from tests.contract.batch_world import World, world_on


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    with world_on(database_url) as world:
        yield world


def failed(world: World, channel: Channel, code: str) -> str:
    letter_id, attempt = world.sent(channel)
    world.report(attempt, code)
    return letter_id


def groups(world: World, user: User = ADMIN) -> list[Group]:
    return world.app.worklist.groups(SERVICE.id, user)


def ids(group: Group) -> set[str]:
    return {item.letter_id for item in group.items}


def test_what_needs_the_same_stands_together_and_is_one_action_in_the_table(world: World) -> None:
    wrong = {failed(world, Channel.E, "permanent-failure") for _ in range(3)}
    returned = failed(world, Channel.H, "returned-letter")
    stuck, attempt = world.sent(Channel.GP)
    world.report(attempt, "4002")
    world.clock.pass_by(days=3)
    first, *others = groups(world)
    assert (ids(first), first.step) == (
        wrong,
        "Ask the patient for mobile number and consent, or print instead",
    )
    assert {frozenset(ids(each)) for each in others} == {frozenset({returned}), frozenset({stuck})}
    filters, problems = Filters.from_query({name: [value] for name, value in first.query.items()})
    assert problems == []
    assert set(world.app.listing(SERVICE.id).ids(ADMIN, filters, Sort(), 10)) == wrong


def test_what_is_dealt_with_leaves_and_what_fails_again_comes_back(world: World) -> None:
    letter_id = failed(world, Channel.E, "permanent-failure")
    batch = world.app.batch
    batch.sending.resend(SERVICE.id, ADMIN, [letter_id])
    assert groups(world) == []
    world.report(world.accepted(letter_id), "technical-failure")
    assert [ids(each) for each in groups(world)] == [{letter_id}]
    batch.keeping.close(SERVICE.id, ADMIN, [letter_id], "Moved away")
    assert groups(world) == []
    batch.keeping.reopen(SERVICE.id, ADMIN, [letter_id])
    assert [ids(each) for each in groups(world)] == [{letter_id}]


def test_a_group_gets_an_owner_and_a_note_that_stand_in_the_history(world: World) -> None:
    letter_id = failed(world, Channel.E, "permanent-failure")
    assert world.app.worklist.take_over(SERVICE.id, ADMIN, [letter_id]) == 1
    assert world.app.worklist.remark(SERVICE.id, ADMIN, [letter_id], "Rang twice") == 1
    [group] = groups(world)
    assert (group.items[0].owner, group.items[0].note) == (ADMIN.name, "Rang twice")
    events = [(event.kind, event.user_id, event.reason) for event in world.events(letter_id)[-2:]]
    assert events == [("take_over", ADMIN.id, ""), ("remark", ADMIN.id, "Rang twice")]
    for words in (" ", "x" * 501):
        with pytest.raises(UserError, match="Nothing was saved"):
            world.app.worklist.remark(SERVICE.id, ADMIN, [letter_id], words)


def test_a_therapist_has_the_own_letters_and_an_analyst_no_patient(world: World) -> None:
    letter_id = failed(world, Channel.E, "permanent-failure")
    world.app.worklist.remark(SERVICE.id, ADMIN, [letter_id], "Ada Example rang")
    assert [ids(each) for each in groups(world, ANN)] == [{letter_id}]
    assert groups(world, BOB) == []
    [group] = groups(world, ANALYST)
    assert "EXAMPLE" not in group.items[0].patient
    assert group.items[0].note == ""
    assert world.app.worklist.take_over(SERVICE.id, BOB, [letter_id]) == 0
    for user in (MANAGER, ANALYST):
        with pytest.raises(NotAllowed):
            world.app.worklist.take_over(SERVICE.id, user, [letter_id])
