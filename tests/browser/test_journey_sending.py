"""Print/Send selected, and the way of the letters from there without anybody touching the page."""

import re
from pathlib import Path
from typing import Final

import pypdfium2
from playwright.sync_api import expect

from services.domain.vocabulary import Status
from tests.browser.caseload import (
    REJECTING,
    SLOW_MOBILE,
    SLOW_PRACTICE,
    WRONG_LAYOUT,
    WRONG_MOBILE,
    Caseload,
    line,
)
from tests.browser.conftest import SitDown, TakeIn
from tests.browser.desk import ANY, Desk, team_view
from tests.browser.processes import ADMIN, LONG, Site
from tests.waiting import wait_until

LINES: Final = (
    line("Ashdowne", template=LONG.name),
    line("Bellweather"),
    line("Cloudesley", template=LONG.name),
    line("Dunsmore", deceased="yes"),
    line("Eglantine", "gp", **SLOW_PRACTICE),
    line("Fothergill", "gp", **REJECTING),
    line("Goldfinch", "e", mobile=SLOW_MOBILE),
    line("Hollingberry", "e", mobile=WRONG_MOBILE),
    line("Ivanhoe", "e", mobile=""),
    line("Juniper", "e", sms_consent="no"),
    line("Kestrelman", "h"),
    line("Lavenham", "h", address_3=WRONG_LAYOUT),
)
PRINTED: Final = ["Ashdowne", "Bellweather", "Cloudesley"]
WAYS: Final = {
    "Eglantine": ["[GP] Queued", "[GP] Sent", "[GP] Delivered"],
    "Goldfinch": ["[E] Queued", "[E] Sent", "[E] Delivered"],
    "Kestrelman": ["[H] Queued", "[H] Sent for processing", "[H] Posted"],
}
FAILURES: Final = {
    "Fothergill": ("[GP] Failed", "REJ01"),
    "Hollingberry": ("[E] Failed", "permanent-failure"),
    "Lavenham": ("[H] Failed", "validation-failed"),
}


def test_a_batch_is_printed_and_sent_and_comes_to_its_end_by_itself(
    site: Site, take: TakeIn, sit_down: SitDown, tmp_path: Path
) -> None:
    caseload = take(*LINES)
    desk = sit_down(ADMIN, team_view(caseload))
    watcher = Desk(desk.page.context.new_page())
    watcher.page.goto(f"{site.url}{team_view(caseload, ANY)}")
    watcher.show(list(caseload.ids))
    desk.show(list(caseload.ids))
    desk.tick_all()
    desk.selected("12 of 12 shown selected")
    desk.press("Print/Send selected")
    says_what_will_happen(desk)
    go_on = desk.question.get_by_role("button", name="Go on with 9 letters")
    with site.worker_held():
        file = desk.downloaded(go_on.click, tmp_path)
        for name, (queued, *_) in WAYS.items():
            expect(watcher.status(name)).to_have_text(queued)
    seen = follow(watcher, list(WAYS) + list(FAILURES))
    assert {name: seen[name] for name in WAYS} == WAYS
    assert {name: seen[name][-1] for name in FAILURES} == {name: end for name, (end, _) in FAILURES.items()}
    starts_each_letter_on_a_sheet(file, caseload)
    assert all(site.letter(caseload[name]).status is Status.PRINTED for name in PRINTED)
    assert site.statuses(caseload["Dunsmore"]) == [Status.PENDING]
    says_what_became_of_each(desk)
    desk.show(["Dunsmore", "Fothergill", "Hollingberry", "Ivanhoe", "Juniper", "Lavenham"])
    gives_reasons(desk)
    repeats_no_failure_unasked(site, desk, caseload)


def says_what_will_happen(desk: Desk) -> None:
    words = desk.question
    for sentence in ("3 will be printed as one PDF", "2 go to GP practices", "2 go by text message"):
        expect(words).to_contain_text(sentence)
    expect(words).to_contain_text("2 go by hybrid mail")
    expect(words).to_contain_text("2 can't be actioned")
    expect(words).to_contain_text(re.compile(r"IVANHOE, Zoë.*no mobile number"))
    expect(words).to_contain_text(re.compile(r"JUNIPER, Zoë.*no consent to text messages"))
    expect(words).to_contain_text(re.compile(r"DUNSMORE, Zoë.*has died"))


def follow(watcher: Desk, surnames: list[str]) -> dict[str, list[str]]:
    """The statuses that the table shows one after the other, until every letter has come to its end."""
    seen: dict[str, list[str]] = {name: [] for name in surnames}
    ends = {"Delivered", "Posted", "Failed"}

    def all_ended() -> bool:
        for row in watcher.rows.all_inner_texts():
            name = next((each for each in surnames if each.upper() in row), None)
            label = re.search(r"\[\w+\] [A-Z][a-z ]+", row)
            if name and label and seen[name][-1:] != [label[0].strip()]:
                seen[name].append(label[0].strip())
        return all(found and found[-1].split("] ")[-1] in ends for found in seen.values())

    wait_until(all_ended, said=lambda: str(seen))
    return seen


def starts_each_letter_on_a_sheet(file: Path, caseload: Caseload) -> None:
    pages = [page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(file)]
    firsts = [number for number, text in enumerate(pages) if "Our reference" in text]
    found = [re.search(rf"{caseload.team}-\d+", pages[number]) for number in firsts]
    assert sorted(match[0] for match in found if match) == [
        f"{caseload.team}-{number}" for number in (1, 2, 3)
    ]
    assert [number % 2 for number in firsts] == [0, 0, 0], "each begins on the front of a sheet"
    assert len(pages) == 2 + 2 + 2, "the letter of one page has the back of its sheet to itself"


def says_what_became_of_each(desk: Desk) -> None:
    desk.says("3 printed as one PDF")
    desk.says("6 queued for sending")
    desk.page.get_by_role("button", name="Each letter").click()
    for name in (*PRINTED, *WAYS, *FAILURES):
        done = re.compile(rf"{name.upper()}, Zoë.*: done")
        expect(desk.page.get_by_role("listitem").filter(has_text=done)).to_be_visible()
    desk.page.keyboard.press("Escape")


def gives_reasons(desk: Desk) -> None:
    for surname, (label, code) in FAILURES.items():
        badge = desk.row(surname).get_by_role("button", name=label)
        badge.hover()
        expect(desk.page.get_by_role("tooltip")).to_contain_text(code)
        desk.page.mouse.move(0, 0)
        expect(desk.page.get_by_role("tooltip")).to_have_count(0)
        badge.focus()
        expect(desk.page.get_by_role("tooltip")).to_contain_text(code)
        desk.page.keyboard.press("Escape")


def repeats_no_failure_unasked(site: Site, desk: Desk, caseload: Caseload) -> None:
    desk.tick("Fothergill", "Hollingberry")
    desk.press("Print/Send selected")
    again = desk.question.get_by_role("checkbox", name="Re-send 2 failed letters")
    expect(again).not_to_be_checked()
    expect(desk.question.get_by_role("button", name="Nothing to do")).to_be_disabled()
    assert [len(site.attempts(caseload[name])) for name in ("Fothergill", "Hollingberry")] == [1, 1]
    desk.question.get_by_text("Re-send 2 failed letters").click()
    desk.question.get_by_role("button", name="Go on with 2 letters").click()
    desk.says("2 queued for sending again")
    assert [len(site.attempts(caseload[name])) for name in FAILURES] == [2, 2, 1]
