"""Two users at once on the same letters: each is sent, printed or re-sent once (docs/faults.md row 30)."""

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from services.batch.results import BatchResult, Outcome
from services.domain.people import User
from services.domain.vocabulary import Channel
from tests.builders import ADMIN, OTHER_ADMIN, SERVICE
from tests.contract.batch_world import World, world_on
from tests.waiting import PATIENCE


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    with world_on(database_url) as world:
        yield world


def at_once(action: Callable[[User], BatchResult]) -> Counter[tuple[str, Outcome]]:
    """Both admins press at the same moment; how often each letter had each outcome."""
    start = Barrier(2)

    def press(user: User) -> BatchResult:
        start.wait(PATIENCE)
        return action(user)

    with ThreadPoolExecutor(2) as pool:
        results = [each for result in pool.map(press, (ADMIN, OTHER_ADMIN)) for each in result.results]
    return Counter((each.letter_id, each.outcome) for each in results)


def done_once(counted: Counter[tuple[str, Outcome]], ids: list[str]) -> bool:
    return counted == Counter(
        {(each, outcome): 1 for each in ids for outcome in (Outcome.DONE, Outcome.SKIPPED)}
    )


def test_two_who_send_make_one_attempt(world: World) -> None:
    ids = [world.add(channel) for channel in (Channel.GP, Channel.E, Channel.H) for _ in range(4)]
    assert done_once(at_once(lambda user: world.app.batch.sending.send(SERVICE.id, user, ids)), ids)
    assert [len(world.attempts(each)) for each in ids] == [1] * len(ids)
    assert [world.steps(each) for each in ids] == [["pending", "queued"]] * len(ids)
    assert {world.letter(each).attempt_id for each in ids} == {world.attempts(each)[0].id for each in ids}


def test_two_who_send_again_make_one_new_attempt(world: World) -> None:
    ids = []
    for _ in range(4):
        letter_id, attempt = world.sent(Channel.E)
        world.report(attempt, "permanent-failure")
        ids.append(letter_id)
    assert done_once(at_once(lambda user: world.app.batch.sending.resend(SERVICE.id, user, ids)), ids)
    assert [[attempt.number for attempt in world.attempts(each)] for each in ids] == [[1, 2]] * len(ids)
    assert [world.steps(each) for each in ids] == [["pending", "queued", "failed", "queued"]] * len(ids)


def test_two_who_print_put_each_letter_into_one_file(world: World) -> None:
    ids = [world.add() for _ in range(6)]
    assert done_once(at_once(lambda user: world.app.batch.printing.print_letters(SERVICE.id, user, ids)), ids)
    assert [world.steps(each) for each in ids] == [["pending", "printed"]] * len(ids)
    files = world.prints(ADMIN.id) + world.prints(OTHER_ADMIN.id)
    assert sum(made.letter_count for made in files) == len(ids)


def test_two_who_do_the_same_plan_do_it_once(world: World) -> None:
    ids = [world.add(channel) for channel in Channel for _ in range(2)]
    plan = world.app.batch.plan(SERVICE.id, ADMIN, ids)
    counted = at_once(lambda user: world.app.batch.print_or_send(SERVICE.id, user, plan))
    assert done_once(counted, ids)
    assert [len(world.steps(each)) for each in ids] == [2] * len(ids)


def test_a_letter_is_removed_or_sent_never_both(world: World) -> None:
    ids = [world.add(Channel.E) for _ in range(6)]

    def send_or_remove(user: User) -> BatchResult:
        if user is ADMIN:
            return world.app.batch.sending.send(SERVICE.id, user, ids)
        return world.app.batch.keeping.remove(SERVICE.id, user, ids)

    assert done_once(at_once(send_or_remove), ids)
    for each in ids:
        assert bool(world.letter(each).removed_at) is (world.attempts(each) == [])


def test_two_who_close_write_it_down_once(world: World) -> None:
    ids = []
    for _ in range(6):
        letter_id, attempt = world.sent(Channel.E)
        world.report(attempt, "permanent-failure")
        ids.append(letter_id)
    assert done_once(at_once(lambda user: world.app.batch.keeping.close(SERVICE.id, user, ids, "Done.")), ids)
    kinds = [[event.kind for event in world.events(each)].count("close") for each in ids]
    assert kinds == [1] * len(ids)


def test_a_failed_letter_is_printed_or_sent_again_never_both(world: World) -> None:
    letter_id, attempt = world.sent(Channel.E)
    world.report(attempt, "permanent-failure")
    world.press.meanwhile = lambda: world.app.batch.sending.resend(SERVICE.id, OTHER_ADMIN, [letter_id])
    result = world.app.batch.printing.print_letters(SERVICE.id, ADMIN, [letter_id])
    assert [each.outcome for each in result.results] == [Outcome.SKIPPED]
    assert result.made is None
    assert world.status(letter_id) == "e.queued"


def test_a_letter_that_was_closed_meanwhile_is_not_printed(world: World) -> None:
    letter_id, attempt = world.sent(Channel.E)
    world.report(attempt, "permanent-failure")
    world.press.meanwhile = lambda: world.app.batch.keeping.close(
        SERVICE.id, OTHER_ADMIN, [letter_id], "Moved."
    )
    result = world.app.batch.printing.print_letters(SERVICE.id, ADMIN, [letter_id])
    assert [each.outcome for each in result.results] == [Outcome.SKIPPED]
    assert world.status(letter_id) == "e.failed"
