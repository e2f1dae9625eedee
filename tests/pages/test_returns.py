"""The Record returns page run as a script."""

import pytest
from streamlit.testing.v1 import AppTest

from services.domain.vocabulary import Channel, Status
from tests.builders import ADMIN
from tests.contract.batch_world import World
from tests.pages.desk import opened


def _page() -> None:
    from pages.returns import page

    page.show()


@pytest.fixture
def page(world: World, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    return opened(world, monkeypatch, ADMIN, _page)


def test_a_letter_is_recorded_and_the_page_says_so(world: World, page: AppTest) -> None:
    letter_id = world.add(Channel.GP)
    world.app.batch.sending.send(world.service_id, ADMIN, [letter_id])
    world.accepted(letter_id)
    reference = world.letter(letter_id).reference
    page.text_input(key="return reference").input(reference)
    page.selectbox(key="return code").select("REJ01")
    page.button[0].click().run()
    assert "is Failed now" in page.success[0].value
    assert world.letter(letter_id).status is Status.FAILED


def test_what_is_refused_says_why_and_stays_typed(page: AppTest) -> None:
    page.text_input(key="return reference").input("*nobody*")
    page.button[0].click().run()
    assert r"\*nobody\*" in page.error[0].value
    assert page.text_input(key="return reference").value == "*nobody*"
