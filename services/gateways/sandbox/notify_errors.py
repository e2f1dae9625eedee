"""GOV.UK Notify's error answers.

Shape and words from Notify's REST documentation (general errors and the tables of each endpoint) and
from the ``to_dict_v2`` methods of its open source. Clients must go by status code and ``error``.
"""

from starlette.responses import JSONResponse, Response


def notify_error(status: int, error: str, *messages: str, retry_after: int | None = None) -> JSONResponse:
    """``{"status_code": 400, "errors": [{"error": "ValidationError", "message": "…"}]}``."""
    body = {"status_code": status, "errors": [{"error": error, "message": message} for message in messages]}
    headers = {"Retry-After": str(retry_after)} if retry_after is not None else None
    return JSONResponse(body, status_code=status, headers=headers)


def over_limit(posts_a_minute: int) -> str:
    """Notify's words for too many posts in a minute."""
    return f"Exceeded rate limit for key type LIVE of {posts_a_minute} requests per 60 seconds"


class NotifyRefusal(Exception):
    """A request that Notify refuses; carries the answer."""

    def __init__(self, status: int, error: str, *messages: str) -> None:
        super().__init__(error, *messages)
        self.response = notify_error(status, error, *messages)


class NotifyFaults:
    """Notify's answers of the faults that a course may ask for."""

    def busy(self, retry_after: int) -> Response:
        return notify_error(429, "RateLimitError", over_limit(3000), retry_after=retry_after)

    def daily_limit(self, retry_after: int) -> Response:
        message = "Exceeded send limits (250000) for today"
        return notify_error(429, "TooManyRequestsError", message, retry_after=retry_after)

    def forbidden(self) -> Response:
        return notify_error(403, "AuthError", "Invalid token: API key not found")

    def broken(self) -> Response:
        return notify_error(500, "Exception", "Internal server error")
