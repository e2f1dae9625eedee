"""Configuration of the processes, from the environment (prefix BATCH_LETTERS_). The README has the table.

Settings that a superuser may change while all runs live in the store instead (services/control.py).
"""

from functools import cached_property
from ipaddress import ip_address
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent
MOST_CALLS = 4
"""To a delivery provider, to hand a letter over: a token and the post, and both again with a new token."""


class Settings(BaseSettings):
    """What one process needs to know. Times are in seconds unless the name says otherwise."""

    # A refusal must not show the secrets among what was refused.
    model_config = SettingsConfigDict(env_prefix="BATCH_LETTERS_", frozen=True, hide_input_in_errors=True)

    service_id: str = Field(
        "demo", description="The service that a pilot's login and the import command mean"
    )
    database_url: str = Field(
        f"sqlite:///{ROOT}/data/runtime/batch-letters.sqlite3", description="SQLite file or PostgreSQL server"
    )
    host: str = Field("127.0.0.1", description="Address that the dashboard is bound to")
    port: int = Field(8501, description="Port of the dashboard")
    public_url: str = Field("", description="How patients' links begin; default: the portal on this machine")
    portal_host: str = Field("127.0.0.1", description="Address that the patient's letter page is bound to")
    portal_port: int = Field(8502, description="Port of the patient's letter page")
    portal_proxies: str = Field(
        "", description="Addresses of proxies in front of the patient's letter page that say who asks"
    )

    sandbox_port: int = Field(8601, description="Port of the sandbox of the delivery providers")
    sandbox_speed: float = Field(60.0, description="How many seconds pass in the sandbox in one real second")

    notify_base_url: str = Field("", description="GOV.UK Notify; default: the sandbox")
    notify_api_key: SecretStr = Field(
        SecretStr("sandbox-00000000-0000-4000-8000-000000000001-00000000-0000-4000-8000-000000000002"),
        description="Key of the service at GOV.UK Notify",
    )
    notify_sms_template: str = Field(
        "00000000-0000-4000-8000-00000000c0de",
        description="Id of the text message's template at GOV.UK Notify",
    )
    notify_callback_token: SecretStr = Field(
        SecretStr("sandbox-callback-token"), description="Bearer that GOV.UK Notify's callbacks carry"
    )
    notify_posts_a_minute: int = Field(
        3000, gt=0, description="How many messages GOV.UK Notify takes from us in any minute"
    )
    docman_base_url: str = Field("", description="Docman Connect; default: the sandbox")
    docman_client_id: str = Field("sandbox", description="Our name at Docman Connect")
    docman_client_secret: SecretStr = Field(
        SecretStr("sandbox-secret"), description="Our secret at Docman Connect"
    )
    mesh_base_url: str = Field("", description="MESH, the second way to practices; empty: it is not used")
    mesh_mailbox: str = Field("", description="Our mailbox at MESH")
    mesh_password: SecretStr = Field(SecretStr(""), description="Its password")
    mesh_shared_key: SecretStr = Field(SecretStr(""), description="Key of the environment, from NHS England")
    mesh_certificate: str = Field("", description="File of our certificate for MESH (PEM)")
    mesh_private_key: str = Field("", description="File of the certificate's private key (PEM)")
    mesh_authorities: str = Field("", description="File of the authorities that MESH is trusted by (PEM)")
    mesh_workflow: str = Field("TOC_FHIR_OP_ATTEN", description="Workflow id of letters at MESH")
    mesh_inbox_seconds: float = Field(300.0, description="Pause between two looks into our inbox at MESH")
    link_key: SecretStr = Field(
        SecretStr("demo-link-key"), description="Secret from which the patients' links are made"
    )
    audit_key: SecretStr = Field(
        SecretStr("demo-audit-key"), description="Secret that seals the audit; kept apart from the database"
    )

    gateway_timeout: float = Field(10.0, description="How long one call to a delivery provider may take")
    settle: float = Field(60.0, description="How long an absent reference may still turn up at the provider")
    calls_at_once: int = Field(8, gt=0, description="Letters that a worker hands to one provider at once")
    lease: float = Field(45.0, description="How long a worker holds a letter; shorter than settle")
    tick: float = Field(1.0, description="Pause between two rounds of the worker")
    poll_first: float = Field(30.0, description="How soon after acceptance a letter is first asked about")
    poll_longest: float = Field(3600.0, description="The longest pause between two questions about a letter")
    session_idle_minutes: float = Field(30.0, description="A login ends after so long without use")
    session_hours: float = Field(12.0, description="A login ends after so long in any case")
    link_seconds: float = Field(60.0, description="How long a link to a file works, once")

    @model_validator(mode="after")
    def _nothing_invented(self) -> Self:
        """Refuse to start with what belongs to the sandbox where letters really go out (docs/security.md 20).

        The patients' links must lead to more than this machine, too.
        """
        needed = {
            "notify_base_url": (
                "notify_api_key",
                "notify_sms_template",
                "notify_callback_token",
                "link_key",
                "audit_key",
                "public_url",
            ),
            "docman_base_url": ("docman_client_id", "docman_client_secret"),
        }
        missing = [
            f"BATCH_LETTERS_{secret.upper()}"
            for url, secrets in needed.items()
            for secret in secrets
            if not _is_sandbox(getattr(self, url))
            and getattr(self, secret) == type(self).model_fields[secret].default
        ]
        if missing:
            raise ValueError(
                "A real delivery provider needs names and secrets of its own, and patients an address that "
                f"they can reach. Set {', '.join(missing)}."
            )
        return self

    @model_validator(mode="after")
    def _all_real_or_none(self) -> Self:
        """Refuse a mixture: one channel's letters would really go, the other's only seem to arrive."""
        addresses = ("notify_base_url", "docman_base_url")
        simulated = [name for name in addresses if _is_sandbox(getattr(self, name))]
        if simulated and len(simulated) < len(addresses):
            raise ValueError(
                "One delivery provider is real and the other would be the sandbox, which shows letters "
                f"as Delivered that nobody gets. Set BATCH_LETTERS_{simulated[0].upper()}, or neither."
            )
        return self

    @model_validator(mode="after")
    def _mesh_in_whole(self) -> Self:
        """MESH is used with all that it takes to be let in, and never beside providers that are simulated."""
        if not self.mesh_base_url:
            return self
        needed = ["mesh_mailbox", "mesh_password", "mesh_shared_key"]
        if not _is_sandbox(self.mesh_base_url):
            needed += ["mesh_certificate", "mesh_private_key"]
        missing = [f"BATCH_LETTERS_{name.upper()}" for name in needed if not _told(getattr(self, name))]
        if missing:
            raise ValueError(f"MESH lets nobody in without these. Set {', '.join(missing)}.")
        if self.simulated and not _is_sandbox(self.mesh_base_url):
            raise ValueError(
                "MESH is real and the other delivery providers would be the sandbox, which shows letters as "
                "Delivered that nobody gets. Set their addresses too."
            )
        return self

    @model_validator(mode="after")
    def _times_that_fit(self) -> Self:
        """A lease outlasts the calls that hand a letter over; a look-up comes when the lease is over."""
        if not MOST_CALLS * self.gateway_timeout < self.lease < self.settle:
            raise ValueError(
                "These times don't fit together, so that a letter could be sent twice: "
                f"BATCH_LETTERS_LEASE ({self.lease:g}) must be more than {MOST_CALLS} times "
                f"BATCH_LETTERS_GATEWAY_TIMEOUT ({self.gateway_timeout:g}), and less than "
                f"BATCH_LETTERS_SETTLE ({self.settle:g})."
            )
        return self

    @property
    def simulated(self) -> bool:
        """True when nothing really leaves: the sandbox stands in for the delivery providers."""
        return _is_sandbox(self.notify_base_url)

    @cached_property
    def sandbox_url(self) -> str:
        return f"http://127.0.0.1:{self.sandbox_port}"

    @property
    def notify_url(self) -> str:
        return self.notify_base_url or f"{self.sandbox_url}/notify"

    @property
    def docman_url(self) -> str:
        return self.docman_base_url or f"{self.sandbox_url}/docman"

    @property
    def link_url(self) -> str:
        return self.public_url or f"http://127.0.0.1:{self.portal_port}"

    @property
    def portal_secure(self) -> bool:
        """True when patients come by https: a proxy may stand between."""
        return self.link_url.startswith("https://")

    @property
    def loopback(self) -> bool:
        """True when only this machine can reach the dashboard: the pilot login depends on it."""
        return self.host != "" and is_this_machine(self.host)


def _told(value: str | SecretStr) -> bool:
    return bool(value.get_secret_value() if isinstance(value, SecretStr) else value)


def _is_sandbox(base_url: str) -> bool:
    """Whether the address of a delivery provider is none, or one on this machine."""
    return is_this_machine(urlsplit(base_url).hostname or "")


def is_this_machine(host: str) -> bool:
    """Whether the host is this very machine, or none at all."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host in ("", "localhost")
