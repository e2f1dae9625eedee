"""The Batch letters page run as a script: what a click of the table does, and what stands there when."""

from pathlib import Path
from typing import Any, Final

import pytest

from services import sessions
from services.domain.people import User
from services.domain.vocabulary import Channel
from services.listing.sort import Sort
from tests.builders import ADMIN, ANALYST, ANN, MANAGER, patient
from tests.contract.batch_world import World, world_on
from tests.pages.desk import Desk, desk

FOR_EVER: Final = {"session_idle_minutes": 1e6, "session_hours": 1e6}


def test_all_matching_prints_what_was_seen(world: World, admin: Desk) -> None:
    admin.ask("download")
    [made] = world.prints(ADMIN.id)
    assert made.letter_count == 3


def test_all_matching_does_nothing_when_more_letters_match_than_were_seen(world: World, admin: Desk) -> None:
    world.add()
    admin.ask("download")
    assert world.prints(ADMIN.id) == []
    assert admin.says("The list has changed: now 4 match. Choose again. Nothing was done.")
    admin.ask("download")
    assert world.prints(ADMIN.id)[0].letter_count == 4


def test_all_matching_survives_another_sort_and_no_other_filter(world: World, admin: Desk) -> None:
    seen = admin.shown["letters"]["filters_key"]
    admin.ask("sort", value={"column": "title", "descending": not Sort().descending})
    assert admin.shown["letters"]["sort"]["column"] == "title"
    assert admin.shown["letters"]["filters_key"] == seen
    admin.app.query_params["status"] = "any"
    admin.look()
    assert admin.shown["letters"]["filters_key"] != seen
    admin.ask("download", filters_key=seen)
    assert world.prints(ADMIN.id) == []


def test_who_clicks_stays_logged_in_and_who_only_looks_does_not(world: World, admin: Desk) -> None:
    app = world.app
    [*_, letter] = (row["id"] for row in admin.shown["letters"]["rows"])
    for _ in range(3):
        world.clock.pass_by(minutes=20)
        admin.ask("open", letter)
    world.clock.pass_by(minutes=20)
    assert sessions.user_of(app.store, app.clock, app.settings, admin.cookie, touch=False)
    admin.look()
    world.clock.pass_by(minutes=11)
    assert sessions.user_of(app.store, app.clock, app.settings, admin.cookie, touch=False) is None


def test_a_button_of_the_result_is_a_click_too(world: World, admin: Desk) -> None:
    admin.ask("download")
    world.clock.pass_by(minutes=20)
    admin.app.button(key="hide result").click()
    admin.look()
    world.clock.pass_by(minutes=20)
    app = world.app
    assert sessions.user_of(app.store, app.clock, app.settings, admin.cookie)


def test_letters_get_stuck_on_the_page_without_any_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with world_on(f"sqlite:///{tmp_path / 'letters.db'}", **FOR_EVER) as world:
        _, attempt = world.sent(Channel.GP)
        world.report(attempt, "4002")
        with desk(world, monkeypatch) as opened:
            assert opened.app.button(key="headline 2").label.startswith(":blue[0 sent, not delivered")
            world.clock.pass_by(days=30)
            opened.look()
            assert opened.app.button(key="headline 2").label.startswith(":blue[1 sent, not delivered")


def test_a_stuck_letter_is_amber_in_the_table_and_says_since_when(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, attempt = world.sent(Channel.GP)
    world.report(attempt, "4002")
    world.clock.pass_by(days=3)
    with desk(world, monkeypatch) as opened:
        opened.app.query_params["status"] = "stuck"
        opened.look()
        [row] = opened.shown["letters"]["rows"]
    assert (row["status"]["badge"], row["status"]["in_doubt"]) == ("in_doubt", False)
    assert row["status"]["reason"] == "Sent on 23 Nov 2026, not delivered yet."


@pytest.mark.parametrize(
    ("channel", "lacks", "words"),
    [
        (Channel.E, {"mobile": ""}, "by text message: no mobile number."),
        (Channel.E, {"mobile": "01632 960123"}, "by text message: the mobile number is not valid."),
        (Channel.E, {"sms_consent": False}, "by text message: no consent to text messages."),
        (Channel.E, {"date_of_birth": None}, "by text message: no date of birth."),
        (Channel.GP, {"practice": None}, "to the GP practice: no registered GP practice."),
        (Channel.H, {"address": ("1 Elm Road",)}, "by hybrid mail: the address has fewer than 3 lines"),
    ],
)
def test_the_table_says_what_the_record_lacks_to_those_who_see_patients(
    world: World, monkeypatch: pytest.MonkeyPatch, channel: Channel, lacks: dict[str, Any], words: str
) -> None:
    letter_id = world.add(channel, patient=patient(**lacks))
    for user, said in ((ADMIN, True), (ANALYST, False)):
        with desk(world, monkeypatch, user) as opened:
            [row] = [each for each in opened.shown["letters"]["rows"] if each["id"] == letter_id]
        assert (f"It can't go {words}" in (row["status"]["reason"] or "")) is said


def test_letters_that_were_not_viewed_for_long_are_counted_and_listed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with world_on(f"sqlite:///{tmp_path / 'letters.db'}", **FOR_EVER) as world:
        letter_id, attempt = world.sent(Channel.E)
        world.report(attempt, "delivered")
        with desk(world, monkeypatch) as opened:
            assert "not viewed" not in "".join(each.label for each in opened.app.button)
            world.clock.pass_by(days=6, minutes=1)
            with world.work() as uow:
                uow.settings.put("unviewed_after_days", 6, by=ADMIN.id, at=world.clock.now())
            opened.look()
            assert opened.app.button(key="headline 3").label == ":blue[1 not viewed > 6 days]"
            opened.app.button(key="headline 3").click()
            opened.look()
            [row] = opened.shown["letters"]["rows"]
            address = dict(opened.app.query_params)
    assert address == {"status": "unviewed"}
    assert (row["id"], row["status"]["badge"]) == (letter_id, "in_doubt")
    assert row["status"]["reason"] == "Delivered on 23 Nov 2026, not viewed yet."


@pytest.mark.parametrize(("user", "sorts"), [(ADMIN, True), (ANALYST, False)])
def test_only_who_sees_patients_sorts_by_them(
    world: World, monkeypatch: pytest.MonkeyPatch, user: User, *, sorts: bool
) -> None:
    world.add(patient=patient(deceased=True))
    with desk(world, monkeypatch, user) as opened:
        opened.app.query_params |= {"sort": "patient", "direction": "ascending"}
        opened.look()
        table = opened.shown["letters"]
    assert [each["sortable"] for each in table["columns"] if each["key"] == "patient"] == [sorts]
    assert all(each["sortable"] for each in table["columns"] if each["key"] != "patient")
    assert (table["sort"]["column"] == "patient") is sorts
    assert [row["patient_flag"] for row in table["rows"]] == ["Deceased" if sorts else None]


@pytest.mark.parametrize(
    ("user", "acts", "reads"), [(ADMIN, True, True), (ANN, True, True), (MANAGER, False, True)]
)
def test_the_table_knows_who_may_act_and_who_may_read(
    world: World, monkeypatch: pytest.MonkeyPatch, user: User, *, acts: bool, reads: bool
) -> None:
    with desk(world, monkeypatch, user) as opened:
        table = opened.shown["letters"]
    assert (table["can_act"], table["can_read_documents"]) == (acts, reads)


def test_columns_and_page_size_are_kept_side_by_side(world: World, admin: Desk) -> None:
    admin.ask("columns", value=["title"])
    admin.ask("page_size", value=50)
    assert admin.shown["letters"]["page_size"] == 50
    assert [each["key"] for each in admin.shown["letters"]["columns"] if each["visible"]] == [
        "status",
        "patient",
        "title",
    ]


def test_a_figure_of_the_headline_sets_the_filters(world: World, admin: Desk) -> None:
    letter_id, _ = world.sent(Channel.E)
    admin.app.button(key="headline 2").click()
    admin.look()
    assert dict(admin.app.query_params) == {"status": "stuck"}
    assert admin.shown["letters"]["total_matching"] == 0
    admin.app.button(key="headline 0").click()
    admin.look()
    assert admin.shown["letters"]["total_matching"] == 3
    assert letter_id not in [row["id"] for row in admin.shown["letters"]["rows"]]


def test_an_address_that_says_something_else_wins(admin: Desk) -> None:
    admin.ask("sort", value={"column": "title", "descending": False})
    assert admin.app.query_params["sort"] == "title"
    admin.app.query_params["sort"] = "patient"
    admin.look()
    assert admin.shown["letters"]["sort"]["column"] == "patient"


def test_what_goes_wrong_unforeseen_is_said_in_our_words(
    world: World, admin: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_down(*_arguments: object, **_more: object) -> None:
        raise ZeroDivisionError("MUSTERMANN")

    monkeypatch.setattr("pages.batch_letters.page.table_data", break_down)
    admin.app.run()
    assert not admin.app.exception
    [error] = admin.app.error
    assert "nothing is lost" in error.value
    assert "MUSTERMANN" not in error.value


def test_a_click_that_breaks_down_is_said_and_the_page_goes_on(
    world: World, admin: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_down(*_arguments: object, **_more: object) -> None:
        raise ZeroDivisionError("MUSTERMANN")

    monkeypatch.setattr("services.batch.printing.Printing.download", break_down)
    admin.ask("row_download", admin.shown["letters"]["rows"][0]["id"])
    assert admin.says("Something went wrong, and was noted.")
    assert len(admin.shown["letters"]["rows"]) == 3
