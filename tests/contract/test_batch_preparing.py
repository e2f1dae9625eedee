"""The PDFs that a click needs, made before it: nothing is lost when that is cut short."""

from collections.abc import Iterator

import pytest

from services.batch.results import Outcome
from services.domain.errors import NotAllowed
from services.domain.people import User
from services.domain.vocabulary import Channel
from tests.builders import ADMIN, ANALYST, ANN, DATED, MANAGER, SERVICE
from tests.contract.batch_world import World, world_on

SEVERAL = 25  # more than are rendered at once


class CutShort(BaseException):
    """What Streamlit does to a run at one of its calls."""


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    with world_on(database_url) as world:
        yield world


def prepare(world: World, *ids: str, user: User = ADMIN) -> list[tuple[int, int]]:
    """What was told of it."""
    told: list[tuple[int, int]] = []
    world.app.batch.prepare(SERVICE.id, user, ids, lambda done, total: told.append((done, total)))
    return told


def rendered(world: World, *ids: str) -> list[bool]:
    return [world.letter(each).document_id is not None for each in ids]


def test_what_is_missing_is_made_and_told_of_and_nothing_else_changes(world: World) -> None:
    ids = [world.add() for _ in range(SEVERAL)]
    there = world.add()
    assert prepare(world, there) == [(0, 1)]
    told = prepare(world, *ids, there)
    assert told[0] == (0, SEVERAL)
    assert [total for _, total in told] == [SEVERAL] * len(told)
    assert [done for done, _ in told] == sorted({done for done, _ in told})
    assert all(rendered(world, *ids))
    assert {world.status(each) for each in ids} == {"print.pending"}
    assert prepare(world, *ids) == [], "what is there is not made again"


def test_the_action_after_it_renders_nothing(world: World) -> None:
    paper, post = world.add(), world.add(Channel.H)
    prepare(world, paper, post)
    world.press.when_set = lambda: pytest.fail("a letter was set again")
    found = world.app.batch.plan(SERVICE.id, ADMIN, [paper, post])
    result = world.app.batch.print_or_send(SERVICE.id, ADMIN, found)
    assert {each.outcome for each in result.results} == {Outcome.DONE}


def test_cut_short_it_keeps_what_was_made(world: World) -> None:
    ids = [world.add() for _ in range(SEVERAL)]

    def cut(done: int, _total: int) -> None:
        if done:
            raise CutShort

    with pytest.raises(CutShort):
        world.app.batch.prepare(SERVICE.id, ADMIN, ids, cut)
    made = sum(rendered(world, *ids))
    assert 0 < made < SEVERAL
    assert {world.status(each) for each in ids} == {"print.pending"}
    assert world.prints(ADMIN.id) == []
    assert prepare(world, *ids)[0] == (0, SEVERAL - made)


def test_a_letter_that_cannot_be_rendered_is_left_to_the_action_to_say(world: World) -> None:
    spoilt = world.add(template=DATED)  # without its date
    assert prepare(world, spoilt) == [(0, 1)]
    [result] = world.app.batch.printing.print_letters(SERVICE.id, ADMIN, [spoilt]).results
    assert (result.outcome, world.status(spoilt)) == (Outcome.FAILED, "print.pending")


def test_letters_that_have_gone_need_nothing(world: World) -> None:
    letter_id, _ = world.sent(Channel.E)
    world.edit_patient(letter_id, forename="Adela")
    assert prepare(world, letter_id) == []


def test_it_makes_only_what_the_user_may_action(world: World) -> None:
    own, other = world.add(), world.add(created_by=ADMIN.id)
    assert prepare(world, own, other, user=ANN) == [(0, 1)]
    assert rendered(world, own, other) == [True, False]
    for user in (MANAGER, ANALYST):
        with pytest.raises(NotAllowed):
            prepare(world, other, user=user)
