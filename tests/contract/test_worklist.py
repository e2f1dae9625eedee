"""The Worklist: every failed and stuck letter stands in one group, with what to do, its owner and note."""

from collections.abc import Iterator

import pytest

from services.analytics.reason_groups import ReasonGroup
from services.batch.results import Outcome
from services.domain.errors import NotAllowed, UserError
from services.domain.people import User
from services.domain.status import STATUSES
from services.domain.vocabulary import Channel, Status
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


def in_the_table(world: World, group: Group, practice: str | None = None) -> set[str]:
    """The letters that the group's link leads to."""
    query = group.query(world.clock.now().date(), practice)
    filters, problems = Filters.from_query({name: [value] for name, value in query.items()})
    assert problems == []
    return set(world.app.listing(SERVICE.id).ids(ADMIN, filters, Sort(), 10))


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
    assert [in_the_table(world, each) for each in (first, *others)] == [
        ids(each) for each in (first, *others)
    ]


def test_codes_that_need_the_same_are_one_group_and_stuck_letters_one_by_channel(world: World) -> None:
    wrong = {failed(world, Channel.E, "permanent-failure"), failed(world, Channel.E, "temporary-failure")}
    by_sms, attempt = world.sent(Channel.E)
    world.report(attempt, "sending")
    by_post, _ = world.sent(Channel.H)
    world.clock.pass_by(days=9)
    found = {(each.channel, each.why): each for each in groups(world)}
    assert {key: ids(group) for key, group in found.items()} == {
        (Channel.E, ReasonGroup.CONTACT): wrong,
        (Channel.E, None): {by_sms},
        (Channel.H, None): {by_post},
    }
    for group in found.values():
        assert in_the_table(world, group) == ids(group)


def test_every_letter_that_stands_at_failed_is_on_the_list_however_it_came_there(world: World) -> None:
    for channel, code in (
        (Channel.GP, "4005"),
        (Channel.E, "technical-failure"),
        (Channel.H, "validation-failed"),
    ):
        failed(world, channel, code)
    again = failed(world, Channel.E, "permanent-failure")
    world.app.batch.sending.resend(SERVICE.id, ADMIN, [again])
    world.report(world.accepted(again), "technical-failure")
    moved = failed(world, Channel.E, "permanent-failure")
    world.app.batch.keeping.change_channel(SERVICE.id, ADMIN, [moved], Channel.H)
    world.app.batch.sending.send(SERVICE.id, ADMIN, [moved])
    world.report(world.accepted(moved), "permanent-failure")
    back, attempt = world.sent(Channel.H)
    world.report(attempt, "received")
    world.report(attempt, "returned-letter")
    closed = failed(world, Channel.GP, "4005")
    world.app.batch.keeping.close(SERVICE.id, ADMIN, [closed], "")
    listed = [item.letter_id for group in groups(world) for item in group.items]
    statuses = frozenset(row.key for row in STATUSES if row.status is Status.FAILED)
    standing = world.app.listing(SERVICE.id).ids(ADMIN, Filters(status=statuses), Sort(), 100)
    assert sorted(listed) == sorted(set(standing) - {closed})
    assert len(listed) == world.app.analytics(SERVICE.id).today(ADMIN).failed == 6
    assert {again, moved, back} <= set(listed)


def test_letters_to_one_practice_are_opened_by_themselves(world: World) -> None:
    mine = failed(world, Channel.E, "permanent-failure")
    [group] = groups(world)
    [item] = group.items
    assert item.reason == "Wrong number or refused by the network (permanent-failure)"
    assert in_the_table(world, group, item.practice) == {mine}
    assert in_the_table(world, group, "Z99999") == set()


def test_a_group_is_closed_with_a_note_and_leaves_the_list(world: World) -> None:
    letters = [failed(world, Channel.E, "permanent-failure") for _ in range(2)]
    worklist = world.app.worklist
    for words in ("  ", "x" * 501):
        with pytest.raises(UserError, match="Nothing was saved"):
            worklist.close(SERVICE.id, ADMIN, letters, words)
    assert len(worklist.close(SERVICE.id, ADMIN, letters, "All were rung").of(Outcome.DONE)) == 2
    assert groups(world) == []
    assert [world.letter(each).closed_note for each in letters] == ["All were rung"] * 2
    assert worklist.close(SERVICE.id, BOB, letters, "Not his").of(Outcome.DONE) == []
    with pytest.raises(NotAllowed):
        worklist.close(SERVICE.id, ANALYST, letters, "Not hers")


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
