"""Download CSV: what the filters show, in a form that a spreadsheet opens right and doesn't run."""

import csv
import re
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.caseload import REFUSED, line
from tests.browser.conftest import SitDown, TakeIn
from tests.browser.desk import ANY, team_view
from tests.browser.processes import ADMIN

FORMULA = "=1+1"
SCRIPT = "<img src=x onerror=alert(1)>"


def test_the_csv_holds_exactly_what_the_filters_show(take: TakeIn, sit_down: SitDown, tmp_path: Path) -> None:
    take(line("Outsider"))
    caseload = take(
        line("Quillfeather", title=FORMULA),
        line("Pennywhistle", "gp", **REFUSED),
        line("Marchbanks", title=SCRIPT),
    )
    desk = sit_down(ADMIN, team_view(caseload))
    desk.show(list(caseload.ids))
    desk.press_on("Pennywhistle", "Send")
    expect(desk.status("Pennywhistle")).to_have_text("[GP] Failed")
    expect(desk.row("Marchbanks")).to_contain_text(SCRIPT)
    desk.open("Marchbanks")
    expect(desk.pane.get_by_role("heading", name=SCRIPT)).to_be_visible()
    rows = read(desk.downloaded(lambda: desk.press("Download CSV (3)"), tmp_path))

    assert [row["Patient"] for row in rows] == [f"{name.upper()}, Zoë" for name in caseload.ids]
    assert [row["Title"] for row in rows] == [f"'{FORMULA}", "Your appointment", SCRIPT]
    failed = rows[1]
    assert (failed["Status"], failed["Reason code"], failed["GP practice ODS code"]) == (
        "[GP] Failed",
        "DC02",
        "Y90998",
    )
    assert failed["Reason"]
    assert {row["Team"] for row in rows} == {caseload.team}


def test_the_csv_follows_a_filter_by_name(take: TakeIn, sit_down: SitDown, tmp_path: Path) -> None:
    caseload = take(line("Quillfeather"), line("Marchbanks"))
    desk = sit_down(caseload.therapist, f"/?{ANY}")
    desk.show(list(caseload.ids))
    desk.page.get_by_role("searchbox", name="Patient's name").fill("QUILLF")
    desk.show(["Quillfeather"])
    rows = read(desk.downloaded(lambda: desk.press("Download CSV (1)"), tmp_path))
    assert [row["Patient"] for row in rows] == ["QUILLFEATHER, Zoë"]


def read(path: Path) -> list[dict[str, str]]:
    assert re.fullmatch(r"letters-\d{4}-\d\d-\d\d-\d{4}\.csv", path.name)
    content = path.read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.count(b"\n") == content.count(b"\r\n")
    return list(csv.DictReader(content.decode("utf-8-sig").splitlines()))
