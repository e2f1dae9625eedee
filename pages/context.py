"""Who looks at a page, and the use cases that it calls."""

from dataclasses import dataclass

import streamlit as st

from pages import clicks
from services import sessions
from services.bootstrap import Application, application
from services.listing.listing import Listing
from services.sessions import SignedIn
from services.web.cookies import session_cookie


@dataclass(frozen=True, kw_only=True, slots=True)
class Context:
    """The signed-in user of this run, as the store knows them now."""

    application: Application
    signed_in: SignedIn

    @property
    def listing(self) -> Listing:
        return self.application.listing(self.signed_in.service_id)


def context(*, touch: bool = True) -> Context:
    """The context of this run; the run ends here when the session has ended.

    touch=False is for what refreshes itself: unless a user clicked, that doesn't keep a session alive.
    """
    here = application()
    https = (st.context.url or "").startswith("https:")
    cookie = session_cookie(st.context.cookies, https=https)
    touch = clicks.take() or touch
    signed_in = sessions.user_of(here.store, here.clock, here.settings, cookie, touch=touch)
    if signed_in is None:
        st.warning("You are logged out. Nothing was lost.", icon=":material/lock:")
        st.link_button("Log in", "/login", type="primary")
        st.stop()
    return Context(application=here, signed_in=signed_in)
