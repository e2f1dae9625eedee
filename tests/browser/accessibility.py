"""What axe finds wrong with a page."""

from typing import TYPE_CHECKING

from axe_playwright_python.sync_playwright import Axe

if TYPE_CHECKING:
    from playwright.sync_api import Page


def violations(page: "Page", within: str | None = None) -> list[tuple[str, str]]:
    """The rule and the elements of each; of the whole page, or within what a selector names."""
    found = Axe().run(page, context=within, options={"resultTypes": ["violations"]}).response["violations"]
    return [(each["id"], str([node["target"] for node in each["nodes"]])) for each in found]


def violations_at_rest(page: "Page") -> list[tuple[str, str]]:
    """Of a page of Streamlit: nothing of its own needs to be left out."""
    # What fades in, or is faded while it is brought up to date, has less contrast for a moment only.
    page.emulate_media(reduced_motion="reduce")
    page.add_style_tag(content="[data-stale=true] { opacity: 1 !important; transition: none !important }")
    return violations(page)
