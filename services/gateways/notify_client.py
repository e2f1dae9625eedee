"""The official client of GOV.UK Notify, which builds and signs the requests, over our own transport."""

import re
from collections.abc import Mapping
from typing import Any

import httpx
from notifications_python_client.notifications import NotificationsAPIClient

from services.domain.errors import Misconfigured
from services.gateways.http import Transport

_UUID = r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
_API_KEY = re.compile(rf".+-{_UUID}-{_UUID}")

_OFFICIAL: Any = NotificationsAPIClient  # none of its methods carries types


def notify_client(api_key: str, base_url: str, transport: Transport) -> Any:
    """A client for one of our calls: it isn't thread-safe, so none is ever shared, and it doesn't retry.

    Its calls raise what `Transport.request` raises, and InvalidResponse for an answer that isn't JSON. Of the
    base address it uses host and port alone. Raises Misconfigured when the key can't be one of Notify's.
    """
    if not _API_KEY.fullmatch(api_key):
        raise Misconfigured("The key of GOV.UK Notify is not complete.", code="key")
    client = _OFFICIAL(api_key, base_url=base_url)
    client.request_session = _Session(transport)
    return client


class _Session:
    """Takes the place of the client's requests.Session, which knows no limit for a call as a whole."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        timeout: float,
        data: str | None = None,
        params: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """The client's own time-out is not used: the transport's bounds the whole call."""
        return self._transport.request(method, url, headers=headers, content=data, params=params)
