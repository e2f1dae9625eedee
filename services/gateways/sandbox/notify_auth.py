"""Notify's authentication: a JWT signed with the API key's secret.

The token is checked by the very function that Notify's own API uses, which the official client
brings with it: HS256, ``iss`` the service's id, ``iat`` at most 30 seconds from the *real* clock.
"""

import jwt
from notifications_python_client.authentication import decode_jwt_token, get_token_issuer
from notifications_python_client.errors import (
    TokenAlgorithmError,
    TokenDecodeError,
    TokenError,
    TokenExpiredError,
    TokenIssuedAtError,
    TokenIssuerError,
)
from starlette.requests import Request

from services.gateways.sandbox.config import SandboxConfig
from services.gateways.sandbox.notify_errors import NotifyRefusal

CLOCK_MESSAGE = "Error: Your system clock must be accurate to within 30 seconds"
WRONG_KEY_MESSAGE = "Invalid token: API key not found"

_MESSAGES: tuple[tuple[type[Exception], str], ...] = (
    (TokenExpiredError, CLOCK_MESSAGE),
    (TokenAlgorithmError, "Invalid token: algorithm used is not HS256"),
    (TokenIssuerError, "Invalid token: iss field not provided"),
    (TokenIssuedAtError, "Invalid token: iat field not provided"),
    (TokenDecodeError, WRONG_KEY_MESSAGE),
)


def check_token(request: Request, config: SandboxConfig) -> None:
    """Raise NotifyRefusal (401, 403) unless the request carries a valid token of the service."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if not scheme:
        raise NotifyRefusal(401, "AuthError", "Unauthorized: authentication token must be provided")
    if scheme.title() != "Bearer":
        raise NotifyRefusal(401, "AuthError", "Unauthorized: authentication bearer scheme must be used")
    try:
        issuer = get_token_issuer(token)  # type: ignore[no-untyped-call]  # the client has no types
        if issuer != config.notify_service_id:
            raise NotifyRefusal(403, "AuthError", "Invalid token: service not found")
        decode_jwt_token(token, config.notify_key)  # type: ignore[no-untyped-call]  # likewise
    except (TokenError, jwt.InvalidTokenError) as error:
        raise NotifyRefusal(403, "AuthError", _message(error)) from error


def _message(error: Exception) -> str:
    return next((message for kind, message in _MESSAGES if isinstance(error, kind)), WRONG_KEY_MESSAGE)
