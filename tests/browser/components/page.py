"""What the tests say and ask of the page with the components."""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

Open = Callable[..., "Page"]  # opens the page; width=1440, scheme="light", query=""


def press(page: "Page", button: str) -> None:
    page.get_by_role("button", name=button, exact=True).click()


def asked(page: "Page", times: int = 1) -> list[dict[str, Any]]:
    """What the components asked Python for, once there are that many requests."""
    log = page.locator("#log")
    page.wait_for_function(
        "n => JSON.parse(document.querySelector('#log')?.textContent ?? '[]').length >= n", arg=times
    )
    requests: list[dict[str, Any]] = json.loads(log.text_content() or "[]")
    assert len(requests) == times
    return requests


def row_of(page: "Page", number: int) -> "Locator":
    return page.locator(f"tbody tr[data-id=letter-{number}]")


def tick(page: "Page", *numbers: int) -> None:
    for number in numbers:
        row_of(page, number).locator(".tick").click()


def ticked(page: "Page") -> list[str]:
    ids: list[str] = page.locator("tbody tr:has(.tick:checked)").evaluate_all(
        "rows => rows.map(r => r.dataset.id)"
    )
    return ids


def message(page: "Page") -> "Locator":
    return page.locator(".letters .message")


def focused(page: "Page") -> str:
    """The letter and the control that have the focus, e.g. "letter-2 tick"."""
    return str(
        page.evaluate("""() => {
        const active = document.activeElement.shadowRoot?.activeElement
        return [active?.closest('tr')?.dataset.id, active?.dataset.focus].filter(Boolean).join(' ')
    }""")
    )
