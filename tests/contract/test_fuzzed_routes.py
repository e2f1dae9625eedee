"""No request, however strange, makes the portal or the dashboard's own routes answer with a 500."""

from typing import Any

import httpx
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import Case

from services import web
from services.portal import ROUTES
from tests.contract.fuzzing import requests
from tests.contract.portal_site import RIGHT, portal_site
from tests.contract.web_site import SERVICE, site
from tests.letter_pdf import letter_pdf

MANY = settings(max_examples=400, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def no_answer_is_a_fault(url: str, cases: st.SearchStrategy[Case[Any]], *clients: httpx.Client) -> set[int]:
    """Sends them as this client or that; returns the statuses that came, none of which is 500 or above."""
    statuses = set()

    @MANY
    @given(cases, st.sampled_from(clients))
    def send(case: Case[Any], client: httpx.Client) -> None:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in client.cookies.items())}
        answer = case.call(base_url=url, headers=headers | dict(client.headers), allow_redirects=False)
        assert answer.status_code < 500, (case.as_curl_command(), answer.text)
        statuses.add(answer.status_code)

    send()
    return statuses


def test_the_portal_takes_everything(database_url: str) -> None:
    with portal_site(database_url) as running, running.phone() as stranger, running.phone() as patient:
        paths = [running.letter_sent()[1] for _ in range(4)]
        assert patient.post(f"{paths[0]}/surname", data=RIGHT).status_code == 200
        known = {"token": [path.removeprefix("/l/") for path in paths]}
        fields = {name: [value] for name, value in RIGHT.items()}
        cases = requests(ROUTES, known=known, fields=fields)
        statuses = no_answer_is_a_fault(running.url, cases, stranger, patient)
    assert {200, 303, 404, 405, 422} <= statuses


def test_the_dashboards_routes_and_receipts_take_everything(database_url: str) -> None:
    with site(database_url, notify_callback_token="the-token") as running, running.logged_in("cat") as admin:
        notify = httpx.Client(headers={"Authorization": "Bearer the-token"})
        known = {
            "token": [running.link(admin).removeprefix("/files/") for _ in range(20)],
            "letter_id": [running.add_letter("ann", letter_pdf(["A letter"])), running.add_letter("ann")],
            "service_id": [SERVICE],
            "kind": ["sms", "returned-letters"],
            "number": ["1"],
            "form": ["csv", "parquet"],
        }
        fields = {"user_id": ["ann"], "next": ["/"], "id": ["x"], "reference": ["x"], "status": ["delivered"]}
        routes = [route for route in web.routes if route.path != "/logout"]  # which would end the session
        cases = requests(routes, known=known, fields=fields)
        statuses = no_answer_is_a_fault(running.url, cases, httpx.Client(), admin, notify)
        leaving = requests(web.login.ROUTES, known={}, fields=fields)
        statuses |= no_answer_is_a_fault(running.url, leaving, admin)
    assert {200, 400, 401, 404, 405} <= statuses
