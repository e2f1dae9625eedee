"""Delivery and Reject reasons run as scripts, over letters whose figures are known."""

import re
from datetime import timedelta
from urllib.parse import unquote

import pytest
from streamlit.testing.v1 import AppTest

from services.analytics.figure import Figure
from services.domain.local_time import day_of
from services.domain.people import User
from services.domain.vocabulary import Channel, Status
from services.listing.filters import Filters
from services.listing.sort import Sort
from tests.builders import ADMIN, ANALYST, ANN, MANAGER
from tests.contract.batch_world import World
from tests.pages.desk import as_user, desk, opened
from tests.waiting import PATIENCE


def _delivery() -> None:
    from pages.delivery import page

    page.show()


def _reasons() -> None:
    from pages.reject_reasons import page

    page.show()


def some_letters(world: World) -> str:
    """Two by text message of which one has arrived; the other failed, and its id is returned."""
    _, attempt = world.sent(Channel.E)
    world.report(attempt, "delivered")
    failed, other = world.sent(Channel.E)
    world.report(other, "permanent-failure")
    return failed


def opened_at(world: World, monkeypatch: pytest.MonkeyPatch, query: dict[str, str]) -> AppTest:
    """Delivery by a bookmark."""
    as_user(world, monkeypatch, ADMIN)
    page = AppTest.from_function(_delivery, default_timeout=PATIENCE)
    for name, value in query.items():
        page.query_params[name] = value
    return page.run()


def said(page: AppTest) -> str:
    kinds = (page.markdown, page.caption, page.info, page.warning, page.error)
    return " ".join(each.value.replace("\\", "") for kind in kinds for each in kind)


def figures(page: AppTest) -> dict[str, str]:
    """The numbers in a row, without their links."""
    return {metric.label: re.sub(r"\[(.+)]\(.+\)", r"\1", metric.value) for metric in page.metric}


def column(page: AppTest, head: str, name: str) -> dict[str, str]:
    """By the values under `head` what stands under `name`, in the first table that has both."""
    [table, *_] = [each.value for each in page.table if {head, name} <= set(each.value)]
    return {
        str(value).replace("\\", ""): re.sub(r"\[(.+)]\(.+\)", r"\1", str(cell))
        for value, cell in zip(table[head], table[name], strict=True)
    }


def cells(page: AppTest) -> str:
    every = (str(cell) for table in page.table for row in table.value.values for cell in row)
    return " ".join(every).replace("\\", "")


def links(page: AppTest, column: str) -> list[str]:
    """The words of the links in a column of any table."""
    found = [cell for table in page.table for cell in table.value.get(column, [])]
    return [unquote(cell.split("behind=")[1].rstrip(")")) for cell in found if "behind=" in str(cell)]


def test_delivery_says_what_arrived_and_each_number_opens_its_letters(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed = some_letters(world)
    page = opened(world, monkeypatch, MANAGER, _delivery)
    assert not page.exception
    assert figures(page) == {
        "Pending": "1",
        "Failed and not dealt with": "1",
        "In doubt": "0",
        "Sent, no word in time": "0",
        "Arrived": "50.0%",
        "Failed": "50.0%",
        "Arrived at the first attempt": "50.0%",
        "On the way": "0",
        "Sendings": "2",
    }
    oldest = world.clock.now().date()
    assert page.metric[0].delta == f"[the oldest from {day_of(oldest)}](/?created_to={oldest})"
    [word] = set(links(page, "Failed"))
    assert Figure.from_word(word).measure == "failed"
    filters = Filters(status=frozenset(), behind=word)
    assert world.app.listing(world.service_id).ids(MANAGER, filters, Sort(), 10) == [failed]


def test_every_figure_opens_its_letters_and_says_what_it_counts(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    some_letters(world)
    for page in (
        opened(world, monkeypatch, MANAGER, _delivery),
        opened(world, monkeypatch, MANAGER, _reasons),
    ):
        counted = {metric.label: metric for metric in page.metric}
        assert all(metric.help for metric in counted.values())
        assert [
            label for label, each in counted.items() if not (each.value == "0" or "](/" in each.value)
        ] == []
        assert all(each.proto.help for each in page.subheader if each.value in _EXPLAINED)


_EXPLAINED = (
    "Arrived, by week",
    "How long it took",
    "How far they came",
    "Divided",
    "Why",
    "Where",
    "Any two",
)


def test_all_is_divided_by_whatever_is_chosen_and_compared_with_the_period_before(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    some_letters(world)
    world.clock.pass_by(days=84)
    _, attempt = world.sent(Channel.E)
    world.clock.pass_by(hours=3)
    world.report(attempt, "delivered")
    page = opened(world, monkeypatch, MANAGER, _delivery)
    assert column(page, "Channel", "Change") == {"Patient electronic": "+50.0 points"}
    page.button_group(key="divided Divided by").set_value("week").run()
    now = world.clock.now()
    monday = day_of((now - timedelta(days=now.weekday())).date())
    assert column(page, "Week", "Sent") == {monday: "1"}
    page.button_group(key="divided Divided by").set_value("team").run()
    page.selectbox(key="delivery time to").set_value((Channel.E, Status.DELIVERED)).run()
    assert set(column(page, "Team", "Half").values()) == {"3.0 h"}
    assert set(column(page, "Team", "Half, the period before").values()) == {"0 min"}
    assert not page.exception


def test_what_is_asked_stands_in_the_address(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    some_letters(world)
    world.sent(Channel.GP)
    page = opened(world, monkeypatch, ADMIN, _delivery)
    page.multiselect(key="measures channel").set_value(["gp"]).run()
    assert page.query_params["channel"] in ("gp", ["gp"])
    assert figures(page)["Sendings"] == "1"
    page.multiselect(key="measures channel").set_value(["gp", "e"]).run()
    assert page.query_params["channel"] == ["e", "gp"]
    assert figures(page)["Sendings"] == "3"
    by_bookmark = opened_at(world, monkeypatch, {"channel": "gp"})
    assert figures(by_bookmark)["Sendings"] == "1"
    again = opened_at(world, monkeypatch, {"from": "2020-01-01", "to": "2020-01-31"})
    assert "Nothing was sent then." in said(again)


def test_reasons_say_what_to_do_and_what_became(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    failed = some_letters(world)
    page = opened(world, monkeypatch, ANALYST, _reasons)
    assert not page.exception
    assert "Ask the patient for mobile number and consent" in cells(page)
    world.app.batch.printing.print_letters(world.service_id, ADMIN, [failed])
    page.run()
    assert (figures(page)["Printed in the end"], figures(page)["Not dealt with"]) == ("1", "0")


def test_a_reason_that_nobody_has_sorted_is_other(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    _, attempt = world.sent(Channel.GP)
    world.report(attempt, "4005", reason_code="REJ99")
    page = opened(world, monkeypatch, ADMIN, _reasons)
    assert "Other" in " ".join(
        str(cell) for table in page.table for row in table.value.values for cell in row
    )


def test_nothing_failed_is_said(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "Nothing failed then." in said(opened(world, monkeypatch, ADMIN, _reasons))


@pytest.mark.parametrize("script", [_delivery, _reasons])
def test_a_therapist_is_refused(world: World, monkeypatch: pytest.MonkeyPatch, script: object) -> None:
    page = opened(world, monkeypatch, ANN, script)  # type: ignore[arg-type]  # one of the two above
    assert "you may not see the delivery figures" in page.error[0].value
    assert [*page.metric, *page.table] == []


@pytest.mark.parametrize("user", [ADMIN, ANN])
def test_the_list_says_that_it_shows_the_letters_behind_a_figure(
    world: World, monkeypatch: pytest.MonkeyPatch, user: User
) -> None:
    failed = some_letters(world)
    page = opened(world, monkeypatch, MANAGER, _delivery)
    [word] = set(links(page, "Failed"))
    with desk(world, monkeypatch, user) as there:
        there.app.query_params["status"] = "any"
        there.app.query_params["behind"] = word
        there.look()
        assert there.says("Only the letters behind a figure: Failed")
        assert [row["id"] for row in there.shown["letters"]["rows"]] == [failed]
        there.app.query_params["behind"] = "nonsense"
        there.look()
        assert there.says("This figure is not known: nothing is shown")
        assert there.shown["letters"]["rows"] == []
