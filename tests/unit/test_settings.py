"""Configuration that would do harm is refused before anything starts."""

from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from services.settings import Settings

REAL, HERE = "https://provider.example", "http://127.0.0.1:8601"
SECRETS: dict[str, Any] = {
    name: SecretStr("a secret")
    for name in ("notify_api_key", "notify_callback_token", "link_key", "audit_key", "docman_client_secret")
}
OURS: dict[str, Any] = SECRETS | {
    "notify_sms_template": "our template",
    "docman_client_id": "our name",
    "public_url": "https://letters.example",
}
MESH = {"mesh_mailbox": "X26", "mesh_password": SecretStr("p"), "mesh_shared_key": SecretStr("k")}
MESH_FILES = {"mesh_certificate": "own.pem", "mesh_private_key": "own.key"}


def real_settings() -> Settings:
    """Of a service whose letters really go out."""
    return Settings(notify_base_url=REAL, docman_base_url=REAL, **OURS)


def test_the_sandbox_needs_no_secret() -> None:
    assert Settings().notify_url.startswith("http://127.0.0.1:")


@pytest.mark.parametrize(
    ("address", "named"),
    [
        ({"notify_base_url": REAL}, "BATCH_LETTERS_NOTIFY_API_KEY"),
        ({"notify_base_url": REAL, "notify_api_key": SecretStr("k")}, "BATCH_LETTERS_NOTIFY_CALLBACK_TOKEN"),
        ({"docman_base_url": REAL}, "BATCH_LETTERS_DOCMAN_CLIENT_SECRET"),
        ({"notify_base_url": REAL, "docman_base_url": REAL, **SECRETS}, "BATCH_LETTERS_PUBLIC_URL"),
        ({"notify_base_url": REAL, "docman_base_url": REAL, **SECRETS}, "BATCH_LETTERS_NOTIFY_SMS_TEMPLATE"),
        ({"notify_base_url": REAL, "docman_base_url": REAL, **SECRETS}, "BATCH_LETTERS_DOCMAN_CLIENT_ID"),
        (
            {"gateway_timeout": 12},
            r"BATCH_LETTERS_LEASE \(45\) must be more than 4 times BATCH_LETTERS_GATEWAY_T",
        ),
        ({"lease": 60}, r"less than BATCH_LETTERS_SETTLE \(60\)"),
        ({"mesh_base_url": HERE}, "BATCH_LETTERS_MESH_MAILBOX, BATCH_LETTERS_MESH_PASSWORD"),
        ({"mesh_base_url": REAL, **MESH}, "BATCH_LETTERS_MESH_CERTIFICATE, BATCH_LETTERS_MESH_PRIVATE_KEY"),
        ({"mesh_base_url": REAL, **MESH, **MESH_FILES}, "MESH is real and the other delivery providers"),
    ],
)
def test_what_would_do_harm_is_refused_by_name(address: dict[str, object], named: str) -> None:
    with pytest.raises(ValidationError, match=named):
        Settings(**address)  # type: ignore[arg-type]  # the values are checked by the class itself


@pytest.mark.parametrize(
    ("notify", "docman", "missing"),
    [
        (REAL, "", "BATCH_LETTERS_DOCMAN_BASE_URL"),
        (REAL, HERE, "BATCH_LETTERS_DOCMAN_BASE_URL"),
        ("", REAL, "BATCH_LETTERS_NOTIFY_BASE_URL"),
    ],
)
def test_one_real_provider_beside_the_sandbox_is_refused_by_name(
    notify: str, docman: str, missing: str
) -> None:
    with pytest.raises(ValidationError, match=f"Set {missing}") as refused:
        Settings(notify_base_url=notify, docman_base_url=docman, **OURS)
    assert "a secret" not in str(refused.value)


@pytest.mark.parametrize(
    ("notify", "docman", "simulated"),
    [("", "", True), (HERE, "", True), (HERE, HERE, True), (REAL, REAL, False)],
)
def test_the_page_says_when_nothing_really_leaves(notify: str, docman: str, *, simulated: bool) -> None:
    settings = Settings(notify_base_url=notify, docman_base_url=docman, **OURS)
    assert settings.simulated is simulated


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        ("127.0.0.1", True),
        ("::1", True),
        ("localhost", True),
        ("192.0.2.7", False),
        ("intranet", False),
        ("", False),
    ],
)
def test_the_pilot_login_depends_on_the_address(host: str, *, loopback: bool) -> None:
    assert Settings(host=host).loopback is loopback
