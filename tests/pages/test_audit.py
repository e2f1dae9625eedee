"""The Audit page run as a script, and that an opened letter is noted."""

import pytest

from services.audit_trail import Asked
from services.domain.vocabulary import Channel
from tests.builders import ADMIN, ANN, SUPERUSER
from tests.contract.batch_world import World
from tests.pages.desk import desk, opened


def _page() -> None:
    from pages.audit import page

    page.show()


def test_the_page_lists_filters_and_checks(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    letter_id = world.add(Channel.E)
    world.app.batch.sending.send(world.service_id, ADMIN, [letter_id])
    page = opened(world, monkeypatch, SUPERUSER, _page)
    assert "**3** entries" in [each.value for each in page.markdown]
    page.selectbox(key="audit who").select(ADMIN.id).run()
    assert "**1** entry" in [each.value for each in page.markdown]
    assert list(page.table[0].value["What"]) == ["Send"]
    page.text_input(key="audit about").input("nothing").run()
    assert "No letter has this reference" in page.error[0].value
    page.text_input(key="audit about").input("").run()
    page.button(key="audit check").click().run()
    assert "none is missing" in page.success[0].value


def test_others_who_come_by_the_address_are_refused_and_noted(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = opened(world, monkeypatch, ADMIN, _page)
    assert "you may not see the audit" in page.error[0].value
    [last, *_], _ = world.app.audit_trail.page(world.service_id, SUPERUSER, Asked(), 1, 10)
    assert (last.who, last.what, last.words) == (
        ADMIN.name,
        "Was refused",
        "As admin you may not see the audit.",
    )


def test_opening_a_letter_is_noted_once_however_often_the_page_refreshes(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    letter_id = world.add()
    with desk(world, monkeypatch, ANN) as opened_desk:
        opened_desk.ask("open", letter_id)
        for _ in range(3):
            opened_desk.look()
    noted, _ = world.app.audit_trail.page(world.service_id, SUPERUSER, Asked(user_id=ANN.id), 1, 10)
    assert [line.what for line in noted].count("Opened a letter") == 1
