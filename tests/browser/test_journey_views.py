"""Who sees which letters, and how a view is made, shared and left."""

import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import expect

from services.domain.status import PENDING_GROUP
from tests.browser.caseload import REFUSED, line
from tests.browser.conftest import SitDown, TakeIn
from tests.browser.desk import Desk, Watch, team_view
from tests.browser.processes import ADMIN, LONG, Site
from tests.waiting import wait_until

if TYPE_CHECKING:
    from playwright.sync_api import Locator

NINE_LISTS = [
    "Status",
    "Created",
    "Provider",
    "Team",
    "Consortium",
    "GP practice",
    "Title",
    "Template",
    "Created by",
]


def test_the_default_view_is_what_waits(site: Site, take: TakeIn, sit_down: SitDown) -> None:
    caseload = take(line("Quillfeather"), line("Pennywhistle", "gp", **REFUSED), line("Marchbanks", "e"))
    desk = sit_down(caseload.therapist)
    desk.show(["Quillfeather", "Pennywhistle", "Marchbanks"])
    assert desk.page.url == f"{site.url}/"
    desk.press_on("Pennywhistle", "Send")
    expect(desk.status("Pennywhistle")).not_to_have_text("[GP] Pending")
    desk.press_on("Marchbanks", "Send")
    expect(desk.status("Pennywhistle")).to_have_text("[GP] Failed")
    desk.show(["Quillfeather", "Pennywhistle"])
    desk.says("2 pending, 1 of them failed")
    assert desk.page.url == f"{site.url}/"


def test_the_admin_s_default_view_shows_pending_and_failed_letters_only(
    take: TakeIn, sit_down: SitDown
) -> None:
    take(line("Quillfeather"))
    desk = sit_down(ADMIN)
    expect(desk.row("Quillfeather").first).to_be_visible()
    shown = desk.rows.locator("[data-column=status] .badge > span:not(.why)").all_text_contents()
    assert set(shown) <= {row.label for row in PENDING_GROUP}


def test_ten_filters_show_their_values_with_counts(take: TakeIn, sit_down: SitDown) -> None:
    caseload = take(line("Quillfeather"), line("Pennywhistle", template=LONG.name), line("Marchbanks", "gp"))
    desk = sit_down(caseload.therapist)
    desk.show(["Quillfeather", "Pennywhistle", "Marchbanks"])
    filters = desk.page.get_by_role("search", name="Filters")
    for name in NINE_LISTS:
        expect(filters.get_by_role("button", name=name).first).to_be_visible()
    expect(filters.get_by_role("searchbox", name="Patient's name")).to_be_visible()
    assert counts(desk, "Template") == {"Note": "2", "Report": "1"}
    assert counts(desk, "Team") == {caseload.team: "3"}
    assert counts(desk, "Created by") == {caseload.therapist.name: "3"}, "nobody else's letters are counted"
    waiting = {"All pending (failed ones included)": "3", "Pending – print": "2", "[GP] Pending": "1"}
    assert counts(desk, "Status") == waiting


def test_a_therapist_has_her_own_letters_only(
    site: Site, take: TakeIn, sit_down: SitDown, watch: Watch
) -> None:
    hers, his = take(line("Quillfeather"), line("Pennywhistle")), take(line("Marchbanks"))
    desk = sit_down(hers.therapist, "/?status=any")
    desk.show(["Quillfeather", "Pennywhistle"])
    desk.tick_all()
    desk.selected("2 of 2 shown selected")
    expect(desk.bar.get_by_role("button", name="Download CSV (2)")).to_be_visible()

    desk.page.goto(f"{site.url}/?team={his.team}&status=any")
    expect(desk.page.get_by_role("heading", name="No letter matches these filters")).to_be_visible()
    wait_until_rendered(site, hers["Quillfeather"], his["Marchbanks"])
    own, other = (
        f"{site.url}/letters/{key}/document.pdf" for key in (hers["Quillfeather"], his["Marchbanks"])
    )
    assert desk.page.request.get(own).headers["content-type"] == "application/pdf"
    assert desk.page.request.get(other).status == 404
    assert desk.page.request.get(other.replace("document.pdf", "page/1.png")).status == 404
    assert "Marchbanks".upper() not in desk.page.request.get(other).text().upper()


def test_filters_stand_in_the_address_but_never_the_patient(
    take: TakeIn, sit_down: SitDown, watch: Watch
) -> None:
    caseload = take(line("Quillfeather"), line("Pennywhistle", template=LONG.name), line("Marchbanks", "gp"))
    surnames = list(caseload.ids)
    desk = sit_down(ADMIN, team_view(caseload))
    desk.show(surnames)
    choose(desk, "Template", "Note")
    desk.show(["Quillfeather", "Marchbanks"])
    expect(desk.page.get_by_role("button", name="Template: Note")).to_be_visible()
    expect(desk.page).to_have_url(re.compile("template="))
    bookmark = desk.page.url
    assert parse_qs(urlsplit(bookmark).query) == {"team": [caseload.team], "template": ["short"]}

    desk.page.get_by_role("searchbox", name="Patient's name").fill("archban")
    desk.show(["Marchbanks"])
    assert desk.page.url == bookmark

    shared = Desk(desk.page.context.new_page())
    shared.page.goto(bookmark)
    shared.show(["Quillfeather", "Marchbanks"])

    desk.page.go_back()
    expect(desk.page.get_by_role("search").get_by_role("button", name="Template", exact=True)).to_be_visible()
    desk.page.get_by_role("button", name="Reset", exact=True).click()
    expect(desk.page).to_have_url(shared.page.url.split("?")[0])
    expect(desk.page.get_by_role("searchbox", name="Patient's name")).to_have_value("")
    assert not [url for url in watch.urls if "archban" in url]


def choose(desk: Desk, name: str, label: str) -> None:
    opened(desk, name).get_by_role("checkbox", name=label).check()
    desk.page.keyboard.press("Escape")


def counts(desk: Desk, name: str) -> dict[str, str]:
    """What a filter offers, with the number of letters that stands beside it."""
    choices = opened(desk, name).locator("label")
    found = {
        choice.locator(".name").inner_text(): choice.locator(".count").inner_text()
        for choice in choices.all()
    }
    desk.page.keyboard.press("Escape")
    return found


def opened(desk: Desk, name: str) -> "Locator":
    desk.page.get_by_role("search", name="Filters").get_by_role("button", name=name).first.click()
    group = desk.page.get_by_role("group", name=name, exact=True)
    expect(group).to_be_visible()
    return group


def wait_until_rendered(site: Site, *letter_ids: str) -> None:
    wait_until(lambda: all(site.letter(letter_id).document_id for letter_id in letter_ids))
