"""The bar while letters are made into PDFs, and what stands there when Streamlit cuts the run meanwhile."""

from collections.abc import Callable

import pytest
import streamlit as st

from tests.builders import ADMIN
from tests.contract.batch_world import World
from tests.pages.desk import Desk


def rows(opened: Desk) -> list[str]:
    return [row["id"] for row in opened.shown["letters"]["rows"]]


def one_row(opened: Desk) -> None:
    opened.ask("print", rows(opened)[0])


def selection(opened: Desk) -> None:
    opened.ask("print_send", *rows(opened))
    opened.app.button(key="confirm").click()
    opened.look()


CLICKS = pytest.mark.parametrize("click", [one_row, selection])


@CLICKS
def test_a_bar_stands_there_only_while_pdfs_are_made(
    world: World, admin: Desk, monkeypatch: pytest.MonkeyPatch, click: Callable[[Desk], None]
) -> None:
    bars = watched_bars(monkeypatch)
    click(admin)
    assert len(bars) == 1
    assert bars[0].endswith("into a PDF" if click is one_row else "0 of 3 letters made into PDFs")
    assert len(admin.app.get("progress")) == 0
    assert admin.says("printed as one PDF.")
    assert admin.says("Print it at full size, one page on a side.")
    assert len(world.prints(ADMIN.id)) == 1


@CLICKS
def test_what_is_there_already_shows_no_bar(
    world: World, admin: Desk, monkeypatch: pytest.MonkeyPatch, click: Callable[[Desk], None]
) -> None:
    world.app.rendering.ahead(world.service_id, 10)
    bars = watched_bars(monkeypatch)
    click(admin)
    assert bars == []
    assert len(world.prints(ADMIN.id)) == 1


@CLICKS
def test_a_run_that_is_cut_says_that_nothing_was_done(
    world: World, admin: Desk, click: Callable[[Desk], None]
) -> None:
    world.press.when_set = st.rerun  # ends the run, as a click beside the dialog does
    click(admin)
    assert world.prints(ADMIN.id) == []
    assert {world.status(letter_id) for letter_id in rows(admin)} == {"print.pending"}
    assert admin.says("nothing was printed, sent or downloaded. Do it again")
    click(admin)
    assert len(world.prints(ADMIN.id)) == 1
    assert admin.says("printed as one PDF.")


def test_a_printer_that_prints_one_side_is_told_so(world: World, admin: Desk) -> None:
    with world.work() as uow:
        uow.settings.put("simplex", True, by=ADMIN.id, at=world.clock.now())
    admin.ask("print_send", *rows(admin))
    assert admin.says("will be printed as one PDF. :gray[Print it at full size, one page on a side, on one")
    admin.app.button(key="cancel").click()
    admin.ask("download", rows(admin)[0])
    assert not admin.says("full size"), "nothing was printed"


def watched_bars(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the bars say from now on; each goes on to the page."""
    said: list[str] = []
    show = st.delta_generator.DeltaGenerator.progress

    def watch(place: st.delta_generator.DeltaGenerator, value: float, text: str) -> object:
        said.append(text)
        return show(place, value, text=text)

    monkeypatch.setattr(st.delta_generator.DeltaGenerator, "progress", watch)
    return said
