"""Docman Connect's error answers: ``{"Errors": [{"Code": "DC02", "Message": "…"}]}``.

The codes and their meanings are public and stand in data/reject_codes.csv. The shape of the body is
ours and must be confirmed with the supplier.
"""

from collections.abc import Iterable

from starlette.responses import JSONResponse, Response


def docman_error(
    status: int, errors: Iterable[tuple[str, str]], retry_after: int | None = None
) -> JSONResponse:
    body = {"Errors": [{"Code": code, "Message": message} for code, message in errors]}
    headers = {"Retry-After": str(retry_after)} if retry_after is not None else None
    return JSONResponse(body, status_code=status, headers=headers)


class DocmanFaults:
    """Docman's answers of the faults that a course may ask for."""

    def busy(self, retry_after: int) -> Response:
        return docman_error(429, [("429", "Too many requests")], retry_after)

    def daily_limit(self, retry_after: int) -> Response:
        return docman_error(429, [("429", "Limit for today used up")], retry_after)

    def forbidden(self) -> Response:
        return docman_error(403, [("403", "This client may not post documents")])

    def broken(self) -> Response:
        return docman_error(500, [("500", "Internal server error")])
