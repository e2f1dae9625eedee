"""What the dashboard serves besides its pages: login, files, receipts, health. app.py adds Streamlit."""

from collections.abc import Callable

from starlette.middleware import Middleware
from starlette.routing import Route

from services.bootstrap import Application
from services.web import documents, files, health, login, measures, receipts
from services.web.errors import error_handlers
from services.web.gate import Gate
from services.web.headers import SecurityHeaders
from services.web.hosts import KnownHosts

__all__ = ["error_handlers", "middleware", "routes"]

routes: list[Route] = [
    *login.ROUTES,
    *files.ROUTES,
    *documents.ROUTES,
    *measures.ROUTES,
    *receipts.ROUTES,
    *health.ROUTES,
]


def middleware(application: Callable[[], Application]) -> list[Middleware]:
    """From the outside in. `application` is called at the first request, not before."""
    return [
        Middleware(SecurityHeaders),
        Middleware(KnownHosts, application=application),
        Middleware(Gate, application=application),
    ]
