"""The dashboard as one ASGI app: our own routes first, then Streamlit's pages. Wiring only.

`streamlit run app.py` and `uvicorn app:app` both serve it. The patient's letter page is another app.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st
from starlette.concurrency import run_in_threadpool

from services import web
from services.bootstrap import application


@asynccontextmanager
async def _started(_app: st.App) -> AsyncIterator[None]:
    """Wire the application before the first request, so that what is missing stops the start."""
    with await run_in_threadpool(application):
        yield


app = st.App(
    Path(__file__).parent / "pages" / "navigation.py",
    routes=web.routes,
    middleware=web.middleware(application),
    exception_handlers=web.error_handlers,
    lifespan=_started,
)
