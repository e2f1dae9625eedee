"""The Batch letters page in a browser, as the person at it sees and uses it."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from services.domain.people import User
from tests.browser.caseload import Caseload

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Locator, Page, Request

ANY = "status=any"


@dataclass(kw_only=True)
class Watch:
    """What went by in the browser while a journey lasted; nothing of `errors` may ever be there."""

    surnames: set[str] = field(default_factory=set)
    urls: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def over(self, context: "BrowserContext") -> None:
        context.on("request", lambda request: self.urls.append(request.url))
        context.on("requestfailed", self._failed)
        context.on(
            "response", lambda answer: self._note(answer.status >= 400, f"{answer.status} {answer.url}")
        )
        context.on("console", lambda said: self._said(said.type, said.text))
        context.on("weberror", lambda error: self._note(True, str(error.error)))

    def with_a_patient_s_name(self) -> list[str]:
        """The addresses in which a patient can be recognised."""
        surnames = {surname.casefold() for surname in self.surnames}
        return [url for url in self.urls if any(surname in url.casefold() for surname in surnames)]

    def _said(self, kind: str, text: str) -> None:
        # Streamlit preloads its font; on a slow machine it is needed later than Chromium expects.
        late = "was preloaded using link preload but not used" in text
        self._note(kind in ("error", "warning") and not late, text)

    def _failed(self, request: "Request") -> None:
        # A page that becomes a download, and whatever is on its way while a tab closes, ends like this.
        self._note(request.failure != "net::ERR_ABORTED", f"{request.failure} {request.url}")

    def _note(self, wrong: bool, what: str) -> None:
        if wrong:
            self.errors.append(what)


class Desk:
    """One tab with the Batch letters page."""

    def __init__(self, page: "Page") -> None:
        self.page = page
        self.links: list[str] = []  # by which files were fetched
        self.bar = page.get_by_role("group", name="Selected letters")
        self.pane = page.get_by_role("dialog").filter(has=page.get_by_role("heading", name="History"))
        self.question = page.get_by_role("dialog").filter(has=page.get_by_role("button", name="Cancel"))
        self.rows = page.get_by_role("table", name="Letters").locator("tbody").get_by_role("row")

    def show(self, surnames: Sequence[str]) -> None:
        """Wait until the table shows the letters of these patients, in this order, and no others."""
        expect(self.rows).to_have_text([re.compile(f"{name.upper()}, Zoë") for name in surnames])

    def row(self, surname: str) -> "Locator":
        return self.rows.filter(has_text=f"{surname.upper()}, Zoë")

    def status(self, surname: str) -> "Locator":
        return self.row(surname).locator("[data-column=status] .badge > span:not(.why)")

    def tick(self, *surnames: str) -> None:
        for surname in surnames:
            self.row(surname).get_by_role("checkbox").check()

    def tick_all(self) -> None:
        self.page.get_by_role("checkbox", name="Select all letters shown").check()

    def press(self, name: str) -> None:
        """One of the buttons above the table."""
        self.bar.get_by_role("button", name=name).click()

    def press_on(self, surname: str, action: str) -> None:
        """One of the buttons of a row. The pointer comes from elsewhere, as that of somebody who aims."""
        self.page.mouse.move(0, 0)
        self.row(surname).get_by_role("button", name=f"{action}: ").click()

    def open(self, surname: str) -> None:
        self.row(surname).get_by_role("button", name=f"{surname.upper()}, Zoë", exact=True).click()
        expect(self.pane).to_contain_text(f"{surname.upper()}, Zoë")

    def selected(self, words: str) -> None:
        expect(self.bar.get_by_role("status")).to_have_text(words)

    def says(self, words: str) -> None:
        expect(self.page.get_by_text(words).first).to_be_visible()

    def downloaded(self, click: Callable[[], None], folder: Path) -> Path:
        """The file that comes by itself after the click."""
        with self.page.expect_download() as coming:
            click()
        self.links.append(coming.value.url)
        path = folder / coming.value.suggested_filename
        coming.value.save_as(path)
        return path


def log_in(page: "Page", url: str, user: User, path: str = "/") -> Desk:
    """By the pilot's login: the first users of each role have a button, the others stand in a list."""
    page.goto(f"{url}{path}")
    button = page.get_by_role("button", name=user.name)
    if button.count():
        button.click()
    else:
        page.locator("select").filter(has_text=user.name).select_option(value=user.id)
        page.locator("form").filter(has_text=user.name).get_by_role("button", name="Log in").click()
    desk = Desk(page)
    expect(page.get_by_role("heading", name="Batch letters")).to_be_visible()
    return desk


def team_view(caseload: Caseload, *more: str) -> str:
    """The address at which the admin sees this team's letters."""
    return "/?" + "&".join([f"team={caseload.team}", *more])


def go_to(page: "Page", target: "Locator", *, back: bool = False) -> None:
    """Press Tab until the focus is there."""
    for _ in range(80):
        if target.evaluate("node => node.getRootNode().activeElement === node"):
            return
        page.keyboard.press("Shift+Tab" if back else "Tab")
    pytest.fail("the Tab key doesn't lead there")
