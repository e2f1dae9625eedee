"""The pilot's login: only on this machine, from our own page, with a new session each time."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from tests.contract.web_site import USERS, Site, serving, site
from tests.waiting import PATIENCE


@pytest.fixture(scope="module")
def pilot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder: Path = tmp_path_factory.mktemp("login")
    with site(f"sqlite:///{folder / 'letters.db'}") as running:
        yield running


def test_the_page_lists_who_may_log_in_and_says_that_there_is_no_password(pilot: Site) -> None:
    with pilot.browser() as browser:
        page = browser.get("/login").text
    assert "no password" in page
    assert "Elm Talking Therapies &lt;pilot&gt;" in page, "names are escaped"
    assert all((user.name in page) is user.active for user in USERS.values())


def test_a_page_without_a_session_leads_to_the_login_and_back(pilot: Site) -> None:
    with pilot.browser() as browser:
        away = browser.get("/worklist?status=e.failed&team=North")
        assert away.status_code == 303
        page = browser.get(away.headers["location"])
        [wanted] = set(re.findall(r'name="next" value="([^"]*)"', page.text))
        assert wanted == "/worklist?status=e.failed&amp;team=North"
        back = browser.post("/login", data={"user_id": "ann", "next": wanted.replace("&amp;", "&")})
        assert back.headers["location"] == "/worklist?status=e.failed&team=North"
        assert browser.get(back.headers["location"]).text == "the dashboard"


@pytest.mark.parametrize(
    "elsewhere",
    ["https://example.com", "//example.com", "/\\example.com", "/\t/example.com", "javascript:x", ""],
)
def test_login_leads_to_no_other_site(pilot: Site, elsewhere: str) -> None:
    with pilot.browser() as browser:
        answer = browser.post("/login", data={"user_id": "ann", "next": elsewhere})
    assert answer.headers["location"] == "/"


def test_the_cookie_is_for_this_site_and_no_script(pilot: Site) -> None:
    with pilot.browser() as browser:
        [cookie] = browser.post("/login", data={"user_id": "ann"}).headers.get_list("set-cookie")
    value, *flags = cookie.split("; ")
    assert re.fullmatch(r"batch_letters_session=pilot\.[\w-]{43}", value)
    assert {flag.lower() for flag in flags} == {"httponly", "path=/", "samesite=lax"}


def test_over_https_the_cookie_is_bound_to_the_host(pilot: Site) -> None:
    # The server trusts the test to say that it was reached over https, as it would a proxy in front of it.
    with (
        serving(pilot.application, forwarded_allow_ips="*") as url,
        httpx.Client(base_url=url, timeout=PATIENCE) as browser,
    ):
        browser.headers.update({"Sec-Fetch-Site": "same-origin", "X-Forwarded-Proto": "https"})
        answer = browser.post("/login", data={"user_id": "ann"})
        [cookie] = answer.headers.get_list("set-cookie")
        value, *flags = cookie.split("; ")
        assert value.startswith("__Host-batch_letters_session=pilot.")
        assert {flag.lower() for flag in flags} == {"httponly", "path=/", "samesite=lax", "secure"}
        assert "max-age" in answer.headers["strict-transport-security"]
        assert browser.get("/", headers={"Cookie": value}).text == "the dashboard"
        plain = value.removeprefix("__Host-")
        assert browser.get("/", headers={"Cookie": plain}).status_code == 303, "only the bound cookie counts"


def test_each_login_makes_a_new_session_and_ends_the_old_one(pilot: Site) -> None:
    with pilot.logged_in("ann") as browser:
        first = pilot.cookie(browser)
        browser.post("/login", data={"user_id": "ann"})
        assert pilot.cookie(browser) != first
        assert browser.get("/").status_code == 200
    with pilot.browser(cookies={"batch_letters_session": first}) as thief:
        assert thief.get("/").status_code == 303


def test_a_session_that_somebody_planted_is_not_taken_over(pilot: Site) -> None:
    planted = "pilot." + "x" * 43
    with pilot.browser() as browser:
        answer = browser.post(
            "/login", data={"user_id": "ann"}, headers={"Cookie": f"batch_letters_session={planted}"}
        )
        assert planted not in answer.headers["set-cookie"]
        assert browser.get("/", headers={"Cookie": f"batch_letters_session={planted}"}).status_code == 303


def test_logging_out_ends_the_session_everywhere(pilot: Site) -> None:
    with pilot.logged_in("ann") as browser:
        cookie = pilot.cookie(browser)
        assert browser.get("/logout").status_code == 200
        assert browser.get("/").status_code == 200, "looking at the page logs nobody out"
        assert browser.post("/logout").headers["location"] == "/login"
        assert "batch_letters_session" not in browser.cookies
    with pilot.browser(cookies={"batch_letters_session": cookie}) as browser:
        assert browser.get("/").status_code == 303


def test_a_session_ends_when_it_is_not_used(pilot: Site) -> None:
    idle = timedelta(minutes=pilot.application.settings.session_idle_minutes)
    with pilot.logged_in("ann") as browser:
        for _ in range(3):
            pilot.clock.at += idle - timedelta(seconds=61)
            assert browser.get("/").status_code == 200, "use keeps it alive"
        pilot.clock.at += idle
        assert browser.get("/").status_code == 303


def test_a_session_ends_after_its_longest_time(pilot: Site) -> None:
    with pilot.logged_in("ann") as browser:
        end = pilot.clock.at + timedelta(hours=pilot.application.settings.session_hours)
        while pilot.clock.at < end - timedelta(minutes=20):
            pilot.clock.at += timedelta(minutes=20)
            assert browser.get("/").status_code == 200
        pilot.clock.at = end
        assert browser.get("/").status_code == 303


def test_a_user_who_was_switched_off_is_out_at_once(pilot: Site) -> None:
    with pilot.logged_in("ben") as browser:
        pilot.set_user("ben", active=False)
        assert browser.get("/").status_code == 303
        assert browser.post("/login", data={"user_id": "ben"}).status_code == 403
        pilot.set_user("ben")


@pytest.mark.parametrize("user_id", ["nobody", "gone", ""])
def test_only_active_users_log_in(pilot: Site, user_id: str) -> None:
    with pilot.browser() as browser:
        answer = browser.post("/login", data={"user_id": user_id})
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    "marks",
    [
        {"Origin": "https://example.com"},
        {"Origin": "http://localhost:1"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {},
    ],
)
def test_another_site_logs_nobody_in_or_out(pilot: Site, marks: dict[str, str]) -> None:
    with (
        pilot.logged_in("ann") as browser,
        httpx.Client(base_url=pilot.url, headers=marks, timeout=PATIENCE) as foreign,
    ):
        answer = foreign.post("/login", data={"user_id": "cat"})
        assert answer.status_code == 403
        assert "set-cookie" not in answer.headers
        foreign.cookies.update(browser.cookies)
        assert foreign.post("/logout").status_code == 403
        assert browser.get("/").status_code == 200


@pytest.mark.parametrize(
    "host", ["example.com", "127.0.0.1.example.com", "10.0.0.1", "localhost@example.com", "[::1"]
)
def test_a_foreign_name_that_leads_to_this_machine_gets_nothing(pilot: Site, host: str) -> None:
    with pilot.logged_in("ann") as browser:
        for path in ("/", "/login", "/health", "/_stcore/health"):
            assert browser.get(path, headers={"Host": host}).status_code == 403


@pytest.mark.parametrize("host", ["localhost:8501", "127.0.0.1", "[::1]:8501", "LOCALHOST"])
def test_this_machine_may_be_called_by_its_own_names(pilot: Site, host: str) -> None:
    with pilot.browser() as browser:
        assert browser.get("/login", headers={"Host": host}).status_code == 200


def test_behind_a_proxy_there_is_no_login_without_password(pilot: Site) -> None:
    with pilot.browser() as browser:
        answer = browser.get("/login", headers={"X-Forwarded-For": "127.0.0.1"})
    assert answer.status_code == 403
    assert "OpenID Connect" in answer.text


def test_a_dashboard_that_others_can_reach_has_no_login_without_password(tmp_path: Path) -> None:
    with site(f"sqlite:///{tmp_path / 'letters.db'}", host="0.0.0.0") as open_to_all:  # noqa: S104 - says so only
        with open_to_all.browser() as browser:
            assert browser.get("/").headers["location"] == "/login?next=%2F"
            assert "OpenID Connect" in browser.get("/login").text
            answer = browser.post("/login", data={"user_id": "ann"})
        assert answer.status_code == 403
        assert "set-cookie" not in answer.headers
