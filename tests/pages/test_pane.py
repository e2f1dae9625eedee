"""What the detail pane shows of a letter, and where its arrows lead."""

from typing import Any, Literal

import pytest

from pages.batch_letters.pane import beside, pane_letter
from services import letter_detail
from services.domain.people import User
from services.domain.vocabulary import Action, Channel
from services.listing.filters import Filters
from services.listing.sort import Sort
from tests.builders import ADMIN, ANALYST, MANAGER, SERVICE, patient
from tests.contract.batch_world import World

NEW_ADDRESS = ("9 New Street", "Elsewhere", "ZZ99 5BB")


def pane(world: World, letter_id: str, user: User = ADMIN, **place: Any) -> Any:
    with world.app.store.read(SERVICE.id) as uow:
        seen = letter_detail.detail(uow, user, letter_id, now=world.clock.now())
    return pane_letter(seen, gateway_labels={}, **({"index": 0, "shown": 1} | place))


def row(world: World, letter_id: str, user: User) -> Any:
    page = world.app.listing(SERVICE.id).page(user, Filters(status=frozenset()), Sort(), 1, 100)
    return next(row for row in page.rows if row.id == letter_id)


def test_a_changed_recipient_is_flagged_beside_it(world: World) -> None:
    letter_id = world.add(Channel.H)
    assert pane(world, letter_id)["recipient"]["problem"] is None
    world.edit_patient(letter_id, address=NEW_ADDRESS)
    recipient = pane(world, letter_id)["recipient"]
    assert (recipient["ok"], recipient["problem"]) == (True, "Changed since the letter was written.")
    world.edit_patient(letter_id, address=("Elsewhere",))
    recipient = pane(world, letter_id)["recipient"]
    assert not recipient["ok"]
    assert recipient["problem"].startswith("It can't go by hybrid mail: ")
    assert recipient["problem"].endswith(" Changed since the letter was written.")


def test_a_changed_address_stands_beside_the_one_in_the_printed_window(world: World) -> None:
    letter_id = world.add()
    world.app.batch.printing.print_letters(SERVICE.id, ADMIN, [letter_id])
    before = pane(world, letter_id)["recipient"]
    assert (before["heading"], before["record"]) == ("Address in the window", None)
    world.edit_patient(letter_id, address=NEW_ADDRESS)
    after = pane(world, letter_id)["recipient"]
    assert (after["heading"], after["lines"]) == ("Read through the window", before["lines"])
    assert after["record"]["heading"] == "On record now"
    assert after["record"]["lines"][1:] == list(NEW_ADDRESS)
    assert after["problem"].startswith("Changed since the letter was printed. ")
    assert after["ok"], "it was addressed as the record was then"


def test_a_stuck_letter_is_amber_and_says_since_when(world: World) -> None:
    letter_id, attempt = world.sent(Channel.GP)
    world.report(attempt, "4002")
    world.clock.pass_by(days=3)
    status = pane(world, letter_id)["status"]
    assert (status["badge"], status["in_doubt"]) == ("in_doubt", False)
    assert status["reason"] == "Sent on 23 Nov 2026, not delivered yet."


def test_what_is_not_possible_stands_there_with_its_reason(world: World) -> None:
    letter_id = world.add(Channel.E, patient=patient(mobile=""))
    offers = {offer["action"]: offer for offer in pane(world, letter_id)["actions"]}
    assert offers[Action.SEND]["why"] == "It can't go by text message: no mobile number."
    assert offers[Action.PRINT]["why"] == "It is [E] Pending: Print is for print letters and failed ones."
    assert [name for name, offer in offers.items() if offer["enabled"]] == [
        Action.DOWNLOAD, Action.CHANGE_CHANNEL, Action.REMOVE, "edit",
    ]  # fmt: skip
    assert not [offer for offer in offers.values() if offer["primary"] or (offer["form"] and offer["why"])]
    assert not [offer for offer in offers.values() if offer["enabled"] is bool(offer["why"])]


def test_the_first_step_that_is_possible_is_the_primary_one(world: World) -> None:
    letter_id, attempt = world.sent(Channel.E)
    world.report(attempt, "permanent-failure")
    assert [offer["label"] for offer in pane(world, letter_id)["actions"] if offer["primary"]] == ["Re-send"]
    world.edit_patient(letter_id, mobile="")
    assert [offer["label"] for offer in pane(world, letter_id)["actions"] if offer["primary"]] == ["Print"]


@pytest.mark.parametrize("user", [MANAGER, ANALYST])
def test_who_only_looks_is_told_so_in_one_sentence(world: World, user: User) -> None:
    [offer] = pane(world, world.add(), user)["actions"]
    assert (offer["enabled"], offer["why"]) == (False, "Your role can look at letters, and changes nothing.")


def test_an_analyst_sees_the_patient_as_the_list_does_and_no_more(world: World) -> None:
    letter_id, attempt = world.sent(Channel.E, patient=patient(surname="Nowak"))
    world.report(attempt, "permanent-failure")
    world.app.batch.keeping.close(SERVICE.id, ADMIN, [letter_id], "Rang Ms Nowak")
    world.edit_patient(letter_id, deceased=True)
    shown = pane(world, letter_id, ANALYST)
    assert shown["patient"]["name"] == row(world, letter_id, ANALYST).patient_name
    assert shown["patient"]["name"].startswith("Patient ")
    assert shown["warnings"] == ["Closed on 23 Nov 2026."]
    assert "nowak" not in str(shown).lower()
    assert "Closed on 23 Nov 2026: Rang Ms Nowak" in pane(world, letter_id)["warnings"]


@pytest.mark.parametrize(
    ("place", "position", "arrows"),
    [
        ({"index": 0, "shown": 3}, "1 of 3", (False, True)),
        ({"index": 2, "shown": 3}, "3 of 3", (True, False)),
        ({"index": None, "shown": 3}, "not among the rows shown", (False, False)),
        ({"index": None, "shown": 3, "left_at": 0}, "no longer among the rows shown", (False, True)),
        ({"index": None, "shown": 3, "left_at": 1}, "no longer among the rows shown", (True, True)),
        ({"index": None, "shown": 3, "left_at": 9}, "no longer among the rows shown", (True, False)),
        ({"index": None, "shown": 0, "left_at": 0}, "no longer among the rows shown", (False, False)),
    ],
)
def test_the_arrows_go_on_where_the_letter_stood(
    world: World, place: dict[str, Any], position: str, arrows: tuple[bool, bool]
) -> None:
    shown = pane(world, world.add(), **place)
    assert (shown["position"], (shown["has_previous"], shown["has_next"])) == (position, arrows)


@pytest.mark.parametrize(
    ("letter_id", "step", "left_at", "leads_to"),
    [
        ("b", 1, None, "c"), ("b", -1, None, "a"), ("b", 1, 0, "c"),
        ("a", -1, None, None), ("c", 1, None, None),
        ("gone", 1, None, None), ("gone", -1, None, None),
        ("gone", 1, 1, "b"), ("gone", -1, 1, "a"),
        ("gone", 1, 0, "a"), ("gone", -1, 0, None),
        ("gone", 1, 3, None), ("gone", -1, 99, "c"),
    ],
)  # fmt: skip
def test_an_arrow_leads_to_the_letter_beside(
    letter_id: str, step: Literal[-1, 1], left_at: int | None, leads_to: str | None
) -> None:
    assert beside(["a", "b", "c"], letter_id, step, left_at) == leads_to
