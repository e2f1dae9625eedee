"""The patient's link: made from a secret and the attempt's reference, so that it need not be stored."""

import hmac
from base64 import urlsafe_b64encode
from hashlib import sha256

from services.domain.letter import Attempt
from services.settings import Settings


def link_to(settings: Settings, service_id: str, attempt: Attempt) -> str:
    """The address that the text message carries: 256 bits, nothing personal in it, new for each attempt."""
    key = settings.link_key.get_secret_value().encode()
    digest = hmac.digest(key, f"{service_id}/{attempt.reference}".encode(), sha256)
    return f"{settings.link_url}/l/{urlsafe_b64encode(digest).decode().rstrip('=')}"
