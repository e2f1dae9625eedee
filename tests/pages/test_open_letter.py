"""The open letter on the page: the way on when it has left the list, and being stuck at this moment."""

from pathlib import Path

import pytest

from services.domain.vocabulary import Channel
from tests.builders import ADMIN
from tests.contract.batch_world import world_on
from tests.pages.desk import desk


def test_the_arrows_go_on_from_a_letter_that_has_left_the_list(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with world_on(f"sqlite:///{tmp_path / 'letters.db'}") as world:
        for _ in range(3):
            world.add()
        with desk(world, monkeypatch) as opened:
            first, letter_id, last = (row["id"] for row in opened.shown["letters"]["rows"])
            opened.ask("open", letter_id)
            world.app.batch.printing.print_letters(world.service_id, ADMIN, [letter_id])
            opened.look()
            assert [row["id"] for row in opened.shown["letters"]["rows"]] == [first, last]
            pane = opened.shown["detail_pane"]["letter"]
    assert (pane["id"], pane["position"]) == (letter_id, "no longer among the rows shown")
    assert (pane["has_previous"], pane["has_next"]) == (True, True)


def test_a_stuck_letter_is_amber_when_it_is_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with world_on(f"sqlite:///{tmp_path / 'letters.db'}") as world:
        letter_id, attempt = world.sent(Channel.GP)
        world.report(attempt, "4002")
        world.clock.pass_by(days=3)
        with desk(world, monkeypatch) as opened:
            opened.ask("open", letter_id)
            status = opened.shown["detail_pane"]["letter"]["status"]
    assert (status["badge"], status["reason"]) == ("in_doubt", "Sent on 23 Nov 2026, not delivered yet.")
