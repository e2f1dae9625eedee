"""Files that a user made and may fetch: prints, downloads and lists."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, kw_only=True, slots=True)
class Print:
    """A merged PDF that was made by Print or Download; fetched_at is None until it was fetched once."""

    id: str
    user_id: str
    kind: str
    document_id: str
    filename: str
    letter_count: int
    created_at: datetime
    fetched_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class FileLink:
    """A short-lived, single-use link to one file for one session. Only the token's hash is stored.

    kind says what `payload` names: "print" (print_id), or "csv" (the filters).
    """

    token_hash: str
    user_id: str
    session_hash: str
    kind: str
    filename: str
    expires_at: datetime
    payload: Mapping[str, Any] = field(default_factory=dict)
