"""A patient's phone: the text message as the sandbox has it, and the letter page, without a pointer."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from playwright.sync_api import expect

from tests.browser.accessibility import violations
from tests.browser.desk import go_to
from tests.browser.processes import Site
from tests.waiting import wait_until

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

TWICE = "document.documentElement.style.fontSize = '200%'"
ONCE = "document.documentElement.style.fontSize = ''"


@dataclass(kw_only=True)
class Phone:
    """Its screen, and what was found wrong on the way: axe's violations, and what can't be seen at once."""

    context: "BrowserContext"
    site: Site
    scripts: bool
    page: "Page" = field(init=False)
    found: dict[str, list[str]] = field(default_factory=dict)
    hosts: set[str] = field(default_factory=set)

    def read_message(self, mobile: str, *, number: int = 1) -> str:
        """Wait for the text message of this number that came `number`th; returns the address in it."""
        inbox = self.context.new_page()
        inbox.goto(self.site.sandbox_url)
        links = inbox.get_by_role("row").filter(has_text=mobile).locator(".sms a")

        def came() -> bool:
            inbox.goto(self.site.sandbox_url)
            return links.count() >= number

        wait_until(came)
        href = links.first.get_attribute("href")
        inbox.close()
        assert href
        return href

    def open(self, link: str) -> None:
        self.page = self.context.new_page()
        self.page.on("request", lambda request: self.hosts.add(urlsplit(request.url).netloc))
        self.page.goto(link)

    def sees(self, heading: str) -> None:
        expect(self.page.get_by_role("heading", level=1)).to_have_text(heading)

    def looks_right(self, state: str) -> None:
        """Note what axe says, at the usual size of letters and at twice that, and what runs off the side.

        Axe is a script: where none runs, nothing is noted.
        """
        if not self.scripts:
            return
        for size, change in (("", ONCE), (" at 200 %", TWICE)):
            self.page.evaluate(change)
            wrong = [f"{rule}: {where}" for rule, where in violations(self.page)]
            if self.page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                wrong.append("it is wider than the screen")
            self.found[state + size] = wrong
        self.page.evaluate(ONCE)

    def press(self, name: str) -> None:
        """A button or a link, by the keyboard."""
        target = self.page.get_by_role("button", name=name).or_(self.page.get_by_role("link", name=name))
        go_to(self.page, target)
        self.page.keyboard.press("Enter")

    def type(self, label: str, text: str) -> None:
        go_to(self.page, self.page.get_by_label(label))
        self.page.keyboard.press("ControlOrMeta+A")
        self.page.keyboard.type(text)

    def answer(self, day: str, month: str, year: str, surname: str) -> None:
        """Both questions, from the first one on."""
        self.sees("What is your date of birth?")
        for label, text in (("Day", day), ("Month", month), ("Year", year)):
            self.type(label, text)
        self.press("Continue")
        self.sees("What is your surname?")
        self.type("What is your surname?", surname)
        self.press("Show my letter")


@contextmanager
def phone(browser: "Browser", site: Site, width: int, *, scripts: bool = True) -> Iterator[Phone]:
    """A browser of a patient's own, which may run no scripts at all."""
    context = browser.new_context(viewport={"width": width, "height": 720}, java_script_enabled=scripts)
    yield Phone(context=context, site=site, scripts=scripts)
    context.close()
