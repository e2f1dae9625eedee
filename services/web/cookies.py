"""The cookie that holds a session. The pages' script reads it too, from what its WebSocket carried."""

from collections.abc import Mapping

from starlette.responses import Response

_NAME = "batch_letters_session"


def session_cookie(cookies: Mapping[str, str], *, https: bool) -> str | None:
    """The cookie's value for services.sessions.user_of."""
    return cookies.get(_name(https))


def set_session_cookie(response: Response, value: str, *, https: bool) -> None:
    """Until the browser is closed; the session in the store ends sooner."""
    response.set_cookie(_name(https), value, path="/", httponly=True, samesite="lax", secure=https)


def clear_session_cookie(response: Response, *, https: bool) -> None:
    response.delete_cookie(_name(https), path="/", httponly=True, samesite="lax", secure=https)


def _name(https: bool) -> str:
    """With this prefix a browser takes the cookie only over https, from this very host, for all its paths."""
    return f"__Host-{_NAME}" if https else _NAME
