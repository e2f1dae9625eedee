"""The sandbox's Notify lets in the right key at the right time, and says what Notify says otherwise."""

import time

import httpx
import jwt
import pytest

from services.gateways.sandbox.config import SERVICE_ID, SERVICE_KEY
from services.gateways.sandbox.notify_auth import CLOCK_MESSAGE, WRONG_KEY_MESSAGE
from tests.sandbox_server import (
    SandboxServer,
    sandbox_fixture,  # noqa: F401 – pytest finds the fixture by this import
)

UNKNOWN_SERVICE = "11111111-2222-4333-8444-555555555555"


def token(
    *, age: float = 0, issuer: str = SERVICE_ID, key: str = SERVICE_KEY, algorithm: str = "HS256"
) -> str:
    return jwt.encode({"iss": issuer, "iat": int(time.time() - age)}, key, algorithm=algorithm)


def ask(sandbox: SandboxServer, authorization: str | None) -> httpx.Response:
    headers = {"Authorization": authorization} if authorization is not None else {}
    return sandbox.http.get("/v2/notifications", headers=headers)


@pytest.mark.parametrize("age", [0, 25, -25])
def test_token_of_the_last_or_next_seconds_is_let_in(sandbox: SandboxServer, age: float) -> None:
    assert ask(sandbox, f"Bearer {token(age=age)}").status_code == 200


@pytest.mark.parametrize("age", [35, -35, 3600])
def test_token_more_than_30_seconds_off_is_refused(sandbox: SandboxServer, age: float) -> None:
    answer = ask(sandbox, f"Bearer {token(age=age)}")
    assert answer.json() == {"status_code": 403, "errors": [{"error": "AuthError", "message": CLOCK_MESSAGE}]}
    assert answer.status_code == 403


def test_token_is_held_against_the_real_clock_and_not_the_sandbox_s(sandbox: SandboxServer) -> None:
    sandbox.advance(86400)
    assert ask(sandbox, f"Bearer {token()}").status_code == 200


@pytest.mark.parametrize(
    ("authorization", "message"),
    [
        (f"Bearer {token(key=UNKNOWN_SERVICE)}", WRONG_KEY_MESSAGE),
        (f"Bearer {token(issuer=UNKNOWN_SERVICE)}", "Invalid token: service not found"),
        (f"Bearer {jwt.encode({'iat': 1}, SERVICE_KEY)}", "Invalid token: iss field not provided"),
        (f"Bearer {jwt.encode({'iss': SERVICE_ID}, SERVICE_KEY)}", "Invalid token: iat field not provided"),
        ("Bearer nonsense", WRONG_KEY_MESSAGE),
    ],
)
def test_wrong_token_is_refused_with_the_reason(
    sandbox: SandboxServer, authorization: str, message: str
) -> None:
    answer = ask(sandbox, authorization)
    assert (answer.status_code, answer.json()["errors"][0]["message"]) == (403, message)


@pytest.mark.parametrize("authorization", [None, f"Basic {SERVICE_KEY}"])
def test_request_without_bearer_is_401(sandbox: SandboxServer, authorization: str | None) -> None:
    answer = ask(sandbox, authorization)
    assert (answer.status_code, answer.json()["status_code"]) == (401, 401)


def test_nothing_is_accepted_without_a_token(sandbox: SandboxServer) -> None:
    for path in ("/v2/notifications/sms", "/v2/notifications/letter"):
        assert sandbox.http.post(path, json={"reference": "a"}).status_code == 401
    assert sandbox.ledger() == []
