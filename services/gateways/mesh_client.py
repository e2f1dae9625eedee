"""The official client of MESH, which signs the requests and knows the paths, over our own transport."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any

import httpx
import requests
from mesh_client import MeshClient, MeshError
from requests.adapters import BaseAdapter

from services.gateways.http import Transport


@contextmanager
def mesh_client(
    transport: Transport, *, base_url: str, mailbox: str, password: str, shared_key: str
) -> Iterator[Any]:
    """A client for one of our calls; it doesn't retry. Its calls raise what `Transport.request` raises.

    Raises ValueError for an answer of success that says that nothing was taken.
    """
    with MeshClient(
        base_url, mailbox, password, shared_key=shared_key.encode(), max_retries=0, verify=False
    ) as client:
        client._session.mount(base_url, _Adapter(transport))
        try:
            yield client
        except MeshError as error:
            raise ValueError("MESH answered success and error at once") from error


class _Adapter(BaseAdapter):
    """Takes the place of the client's connections, which know no limit for a call as a whole."""

    def __init__(self, transport: Transport) -> None:
        super().__init__()
        self._transport = transport

    def send(self, request: requests.PreparedRequest, *_how: object, **_more: object) -> requests.Response:
        """The certificates are the transport's own affair."""
        body: Any = request.body
        headers = {name: value for name, value in request.headers.items() if name not in _BY_HTTPX}
        answer = self._transport.request(
            request.method or "GET",
            request.url or "",
            headers=headers,
            content=body.read() if hasattr(body, "read") else body,
        )
        return _as_requests(request, answer)

    def close(self) -> None:
        """Nothing stays open."""


_BY_HTTPX = ("Content-Length", "Transfer-Encoding")
_DONE = ("content-encoding", "content-length", "transfer-encoding")


def _as_requests(request: requests.PreparedRequest, answer: httpx.Response) -> requests.Response:
    """The answer as the client knows it, its content already unpacked."""
    made = requests.Response()
    made.status_code, made.request, made.url = answer.status_code, request, str(answer.url)
    for name, value in answer.headers.items():
        if name.lower() not in _DONE:
            made.headers[name] = value
    made.raw = BytesIO(answer.content)
    return made
