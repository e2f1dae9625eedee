"""The dashboard's script over a real store, run without a browser."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from services import sessions
from services.bootstrap import Application
from services.domain.people import User
from tests.builders import ADMIN
from tests.contract.batch_world import World
from tests.waiting import PATIENCE

_LETTERS = "letters"  # the table's key


@dataclass(kw_only=True)
class Desk:
    """One session of one user. What a component shows is kept instead of drawn, since no browser is there."""

    world: World
    app: AppTest
    cookie: str
    shown: dict[str, Any] = field(default_factory=dict)
    clicks: int = 0

    def mount(self, *, key: str, data: Any, **_callbacks: Any) -> None:
        self.shown[key] = data

    def look(self) -> None:
        """A run of the script, as a timed refresh is one."""
        self.app.run()
        assert not self.app.exception, self.app.exception
        assert not self.app.error, self.app.error

    def ask(self, kind: str, *ids: str, **fields: Any) -> None:
        """What the table's browser side sends for a click, with what it shows at this moment."""
        self.clicks += 1
        table = self.shown[_LETTERS]
        seen = {name: table[name] for name in ("filters_key", "total_matching", "version")}
        message = {"kind": kind, "ids": ids, "all_matching": not ids, "value": None} | seen | fields
        self.app.session_state["click"] = message | {"nonce": f"click {self.clicks}"}
        self.look()

    def says(self, words: str) -> bool:
        """Whether they stand on the page, in whatever way they are kept from being Markdown."""
        return any(words in each.value.replace("\\", "") for each in self.app.markdown)


def _page() -> None:
    import streamlit as st

    from pages.batch_letters import page
    from pages.components import inbox

    if click := st.session_state.pop("click", None):  # as the browser delivers it
        st.session_state["letters"] = {"action": click}
        inbox.receiver("letters", "action")()
    page.show()


def as_user(world: World, monkeypatch: pytest.MonkeyPatch, user: User) -> str:
    """Scripts run over this world from now on, for this user; returns the cookie of the new session."""
    return signed_in(world.app, world.service_id, monkeypatch, user)


def signed_in(app: Application, service_id: str, monkeypatch: pytest.MonkeyPatch, user: User) -> str:
    """The same over an application of the caller's own."""
    cookie = sessions.log_in(app.store, app.clock, app.settings, service_id, user.id)
    monkeypatch.setattr("pages.context.application", lambda: app)
    monkeypatch.setattr("pages.context.session_cookie", lambda _cookies, https: cookie)
    return cookie


def opened(world: World, monkeypatch: pytest.MonkeyPatch, user: User, script: Callable[[], None]) -> AppTest:
    """What a page's script shows the user first."""
    as_user(world, monkeypatch, user)
    page = AppTest.from_function(script, default_timeout=PATIENCE).run()
    assert not page.exception
    return page


@contextmanager
def desk(world: World, monkeypatch: pytest.MonkeyPatch, user: User = ADMIN) -> Iterator[Desk]:
    """The Batch letters page as this user sees it first."""
    with monkeypatch.context() as patch:
        cookie = as_user(world, patch, user)
        desk = Desk(world=world, app=AppTest.from_function(_page, default_timeout=PATIENCE), cookie=cookie)
        for component in ("letters_table._TABLE", "detail_pane._PANE", "filter_bar._BAR"):
            patch.setattr(f"pages.components.{component}", desk.mount)
        desk.look()
        yield desk
