"""Configuration that would do harm is refused before anything starts."""

import pytest
from pydantic import SecretStr, ValidationError

from services.settings import Settings

REAL = "https://provider.example"


def test_the_sandbox_needs_no_secret() -> None:
    assert Settings().notify_url.startswith("http://127.0.0.1:")


@pytest.mark.parametrize(
    ("address", "named"),
    [
        ({"notify_base_url": REAL}, "BATCH_LETTERS_NOTIFY_API_KEY"),
        ({"notify_base_url": REAL, "notify_api_key": SecretStr("k")}, "BATCH_LETTERS_NOTIFY_CALLBACK_TOKEN"),
        ({"docman_base_url": REAL}, "BATCH_LETTERS_DOCMAN_CLIENT_SECRET"),
    ],
)
def test_a_real_provider_with_an_invented_secret_is_refused_by_name(
    address: dict[str, object], named: str
) -> None:
    with pytest.raises(ValidationError, match=named):
        Settings(**address)  # type: ignore[arg-type]  # the values are checked by the class itself


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
