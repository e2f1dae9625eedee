"""Security headers on every answer, whatever its status (docs/security.md 15)."""

from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

STREAMLIT_INLINE_SCRIPT: Final = "sha256-THxz9J9+wf7rhwR2YkXJoSZ13UCmYyC+3lNDv2+8ugA="
"""The one inline script of Streamlit's page; it is another one when a test says so after an upgrade."""

# What Streamlit's page needs: that script, styles written while it runs, and modules from blob: for the
# scripts of components. Charts run without eval. In connect-src 'self' covers the WebSocket too. Nothing
# comes from elsewhere.
PAGES_POLICY: Final = "; ".join(
    (
        "default-src 'self'",
        f"script-src 'self' blob: '{STREAMLIT_INLINE_SCRIPT}'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
_ALWAYS: Final = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    "Content-Security-Policy": PAGES_POLICY,
}
_ONE_YEAR: Final = "max-age=31536000"


def add_security_headers(headers: MutableHeaders, *, https: bool) -> None:
    """Complete the headers; what an answer has set for itself, such as a stricter policy, stays."""
    for name, value in _ALWAYS.items():
        headers.setdefault(name, value)
    if https:
        headers["Strict-Transport-Security"] = _ONE_YEAR


class SecurityHeaders:
    """The outermost middleware. Plain ASGI: Starlette's BaseHTTPMiddleware gets in the way of streams."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, and complete the headers on the way back."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                add_security_headers(MutableHeaders(scope=message), https=scope["scheme"] == "https")
            await send(message)

        await self.app(scope, receive, send_with_headers if scope["type"] == "http" else send)
