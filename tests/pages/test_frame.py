"""The frame around the pages: what kind of data this is, whether letters leave, and what is paused."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from tests.builders import ADMIN, SERVICE
from tests.contract.batch_world import world_on
from tests.pages.desk import as_user
from tests.waiting import PATIENCE

PROVIDERS_WORDS = "The key is *refused*, [see here](https://elsewhere.example)."
REAL = "https://provider.example"
REAL_PROVIDERS: dict[str, Any] = {
    "notify_base_url": REAL,
    "docman_base_url": REAL,
    "notify_api_key": "a",
    "notify_callback_token": "b",
    "docman_client_secret": "c",
    "link_key": "d",
    "audit_key": "g",
    "notify_sms_template": "e",
    "docman_client_id": "f",
    "public_url": "https://letters.example",
}


def _frame() -> None:
    from pages import frame
    from pages.context import context

    frame._frame(context())


@pytest.mark.parametrize(
    ("providers", "marks"),
    [({}, ["Pilot", "Sandbox: nothing really leaves"]), (REAL_PROVIDERS, ["Pilot"])],
)
def test_the_header_says_what_is_not_real_and_a_paused_provider_by_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, providers: dict[str, Any], marks: list[str]
) -> None:
    shown: dict[str, Any] = {}
    with world_on(f"sqlite:///{tmp_path / 'letters.db'}", **providers) as world:
        monkeypatch.setattr(
            "services.store.people_rows.PeopleRows.service", lambda _: replace(SERVICE, kind="pilot")
        )
        with world.work() as uow:
            uow.settings.beat("worker", world.clock.now(), {"paused": {"notify_sms": PROVIDERS_WORDS}})
        app = world.app
        as_user(world, monkeypatch, ADMIN)
        monkeypatch.setattr("pages.components.header._HEADER", lambda key, data: shown.update(data))
        page = AppTest.from_function(_frame, default_timeout=PATIENCE).run()
    assert not page.exception
    assert shown["marks"] == marks
    [warning] = page.warning
    assert warning.value.replace("\\", "") == f"{app.gateways['notify_sms'].label}: {PROVIDERS_WORDS}"
    assert r"\*refused\*, \[see here\]" in warning.value, "a provider's words are no Markdown"
