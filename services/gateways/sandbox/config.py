"""What a sandbox is started with, and the keys that it knows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

SERVICE_ID = "00000000-0000-4000-8000-000000000001"
SERVICE_KEY = "00000000-0000-4000-8000-000000000002"
NOTIFY_API_KEY = f"sandbox-{SERVICE_ID}-{SERVICE_KEY}"
"""A key of the form that the official Notify client takes apart: name, service id, secret."""

SMS_TEMPLATE_ID = "00000000-0000-4000-8000-00000000c0de"
NAMED_TEMPLATE_ID = "00000000-0000-4000-8000-00000000c0d1"
PRECOMPILED_TEMPLATE_ID = "00000000-0000-4000-8000-00000000c0df"
SMS_TEMPLATES: Mapping[str, str] = {
    SMS_TEMPLATE_ID: "((message))",
    NAMED_TEMPLATE_ID: "((service_name)) has sent you a letter. Read it here: ((link))",
}

DOCMAN_CLIENT_ID = "sandbox"
DOCMAN_CLIENT_KEY = "sandbox-secret"

MAX_BODY_BYTES = 10 * 1024 * 1024
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


@dataclass(frozen=True, kw_only=True, slots=True)
class SandboxConfig:
    """How one sandbox behaves. The defaults are those of the pilot on one machine.

    ``speed``: sandbox seconds for each real second; 0 stops the clock, so that only
    ``POST /sandbox/clock`` moves it. ``failure_rate``: share (0 to 1) of recipients outside the
    tables of ``recipients.py`` that get a failing course. ``hang_seconds``: real seconds for which a
    hanging answer is held. ``latency``: real seconds that each post takes. ``notify_posts_a_minute``:
    what Notify takes in any minute, 0 for all. ``callback_url`` takes Notify's returned-letter callbacks
    and ``receipt_url`` its SMS delivery receipts; each is off when empty. ``state``: SQLite file of the
    ledger, memory when None. ``allow_reset``: whether ``DELETE /sandbox`` empties it.
    ``allowed_hosts``: values of the Host header that are answered ("*" for any).
    """

    speed: float = 60.0
    failure_rate: float = 0.0
    hang_seconds: float = 60.0
    latency: float = 0.0
    notify_posts_a_minute: int = 0
    callback_url: str = ""
    callback_token: str = field(default="", repr=False)
    receipt_url: str = ""
    state: Path | None = None
    allow_reset: bool = False
    allowed_hosts: tuple[str, ...] = LOOPBACK
    notify_service_id: str = SERVICE_ID
    notify_key: str = field(default=SERVICE_KEY, repr=False)
    sms_templates: Mapping[str, str] = field(default_factory=lambda: SMS_TEMPLATES)
    sms_sender: str = "SANDBOX"
    docman_client_id: str = DOCMAN_CLIENT_ID
    docman_client_key: str = field(default=DOCMAN_CLIENT_KEY, repr=False)

    def __post_init__(self) -> None:
        """Raises ValueError when callbacks are wanted and there is no token for them."""
        if (self.callback_url or self.receipt_url) and not self.callback_token:
            raise ValueError("callbacks need a token: Notify never posts one without its bearer")
