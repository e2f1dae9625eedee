"""The patient's link: made from a secret and the attempt's reference, so that no token need be stored."""

import hmac
from base64 import urlsafe_b64encode
from datetime import timedelta
from hashlib import sha256
from typing import Final

from services.contents import content_of, fingerprint
from services.domain.documents import DocumentFacts
from services.domain.letter import Attempt, Letter
from services.domain.patient_link import PatientLink
from services.domain.people import Service
from services.settings import Settings

_TOKEN_LENGTH: Final = 43  # 256 bits in base64


def link_to(settings: Settings, service_id: str, attempt: Attempt) -> str:
    """The address that the text message carries: 256 bits, nothing personal in it, new for each attempt."""
    return f"{settings.link_url}/l/{_token(settings, service_id, attempt)}"


def example_link(settings: Settings) -> str:
    """As long as a link to a letter, and none: for counting a text message's characters."""
    return f"{settings.link_url}/l/{'x' * _TOKEN_LENGTH}"


def patient_link(
    settings: Settings, service: Service, letter: Letter, attempt: Attempt, made: DocumentFacts, *, days: int
) -> PatientLink:
    """What the store keeps of an attempt's link, which works for so many days.

    The page shows what the frozen document was made from, or else offers the document alone.
    """
    content = None if letter.uploaded else content_of(letter, service)
    same = content is not None and fingerprint(content) == made.made_from
    return PatientLink(
        token_hash=hashed(_token(settings, service.id, attempt)),
        letter_id=letter.id,
        attempt_id=attempt.id,
        created_at=attempt.created_at,
        expires_at=attempt.created_at + timedelta(days=days),
        content=content if same else None,
    )


def is_of(kept: PatientLink, link: str) -> bool:
    """Whether an address leads to what the store keeps: not after the key was changed."""
    return kept.token_hash == hashed(link.rpartition("/")[2])


def hashed(token: str) -> str:
    """How a token is stored. Plain sha256 is enough: there are 256 bits to guess."""
    return sha256(token.encode()).hexdigest()


def _token(settings: Settings, service_id: str, attempt: Attempt) -> str:
    key = settings.link_key.get_secret_value().encode()
    digest = hmac.digest(key, f"{service_id}/{attempt.reference}".encode(), sha256)
    return urlsafe_b64encode(digest).decode().rstrip("=")
