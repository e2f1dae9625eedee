"""What axe finds wrong with the components, in both themes, on a wide screen and on a phone."""

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.accessibility import violations
from tests.browser.components.page import Open, press, row_of, tick

if TYPE_CHECKING:
    from playwright.sync_api import Page


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_axe_finds_nothing(show: Open, scheme: str, width: int) -> None:
    page = show(width=width, scheme=scheme)
    tick(page, 0)
    violations_of(page)
    row_of(page, 0).locator(".name").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.get_by_role("dialog").locator("[data-action=change_channel]").click()
    violations_of(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_axe_finds_nothing_where_a_layout_is_unfit(show: Open, scheme: str, width: int) -> None:
    page = show(width=width, scheme=scheme)
    press(page, "Unfit to post")
    row_of(page, 0).locator(".name").click()
    expect(page.locator(".mark").first).to_be_visible()
    violations_of(page)


def violations_of(page: "Page") -> None:
    """Of what the components draw; Streamlit's own elements are not ours to judge."""
    assert violations(page, ".stBidiComponent") == []
    checked = page.evaluate("() => document.querySelectorAll('.stBidiComponent').length")
    assert checked == 3
