"""While the worker hangs, the page says so and nothing is lost; when it goes on, so do the letters."""

from datetime import timedelta

from playwright.sync_api import expect

from services.domain.vocabulary import Status
from tests.browser.caseload import line
from tests.browser.conftest import SitDown, TakeIn
from tests.browser.desk import ANY
from tests.browser.processes import Site


def test_a_stopped_worker_is_said_and_its_letters_wait(site: Site, take: TakeIn, sit_down: SitDown) -> None:
    caseload = take(line("Quillfeather", "e"))
    desk = sit_down(caseload.therapist, f"/?{ANY}")
    expect(desk.page.get_by_text("Worker running")).to_be_visible()
    warning = desk.page.get_by_role("alert").filter(has_text="The worker is not running")
    with site.worker_held(silent=timedelta(minutes=2)):
        expect(warning).to_be_visible()
        expect(desk.page.get_by_text("Worker stopped")).to_be_visible()
        desk.press_on("Quillfeather", "Send")
        expect(desk.status("Quillfeather")).to_have_text("[E] Queued")
    expect(desk.status("Quillfeather")).to_have_text("[E] Delivered")
    expect(desk.page.get_by_text("Worker running")).to_be_visible()
    expect(warning).to_have_count(0)
    assert site.statuses(caseload["Quillfeather"])[-1] is Status.DELIVERED
    assert len(site.attempts(caseload["Quillfeather"])) == 1
