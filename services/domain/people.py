"""The service (tenant), its users and their sessions."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Role(StrEnum):
    """What a user is; what each may do stands in services/access.py."""

    THERAPIST = "therapist"
    ADMIN = "admin"
    SERVICE_MANAGER = "service_manager"
    ANALYST = "analyst"
    SUPERUSER = "superuser"

    @property
    def label(self) -> str:
        return self.value.replace("_", " ").capitalize()


@dataclass(frozen=True, kw_only=True, slots=True)
class Service:
    """A health service that writes letters: the tenant. kind is "demo", "pilot" or "live".

    origin is made with the service and lives on in its backups: it tells this store from every other. logo is
    the picture of the letterhead as a data: address; empty where there is none.
    """

    id: str
    name: str
    address: tuple[str, ...] = ()
    telephone: str = ""
    ods_code: str = ""
    kind: str = "live"
    origin: str = ""
    logo: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class User:
    """An account. Provider, team and consortium are those of the account as they are now."""

    id: str
    username: str
    name: str
    role: Role
    provider: str = ""
    team: str = ""
    consortium: str = ""
    active: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class Session:
    """A login. Only the hash of its token is stored."""

    token_hash: str
    user_id: str
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    revoked_at: datetime | None = None
