"""The dashboard's own routes on a real server over a real store, with invented people, letters and prints."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from services import bootstrap, files, sessions, web
from services.contents import content_of, fingerprint
from services.domain.documents import DocumentFacts
from services.domain.ids import new_id
from services.domain.letter import Letter, Patient, Template
from services.domain.people import Role, Service, User
from services.domain.prints import Print
from services.domain.vocabulary import Channel, Status
from services.listing.filters import Filters
from services.listing.sort import Sort
from services.ports.store import UnitOfWork
from services.settings import Settings
from services.store.migrate import migrate
from services.store.unit_of_work import SqlStore
from tests.serving import serving as serving_app
from tests.waiting import PATIENCE

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
SERVICE = "pilot"
USERS = {
    "ann": User(id="ann", username="ann", name="Ann Archer", role=Role.THERAPIST, team="North"),
    "ben": User(id="ben", username="ben", name="Ben Baker", role=Role.THERAPIST, team="South"),
    "cat": User(id="cat", username="cat", name="Cat Carter", role=Role.ADMIN, team="Office"),
    "dan": User(id="dan", username="dan", name="Dan Dyer", role=Role.ANALYST),
    "gone": User(id="gone", username="gone", name="Gus Gone", role=Role.ADMIN, active=False),
}


@dataclass(kw_only=True)
class HandClock:
    """Time as a test sets it."""

    at: datetime = NOON

    def now(self) -> datetime:
        return self.at


@dataclass(kw_only=True)
class Site:
    """A running server and what stands behind it."""

    url: str
    application: bootstrap.Application
    clock: HandClock = field(default_factory=HandClock)

    @contextmanager
    def work(self) -> Iterator[UnitOfWork]:
        with self.application.store.begin(SERVICE) as uow:
            yield uow
            uow.commit()

    def browser(self, **options: Any) -> httpx.Client:
        """A client that behaves as a browser on a page of ours does."""
        return httpx.Client(
            base_url=self.url, headers={"Sec-Fetch-Site": "same-origin"}, timeout=PATIENCE, **options
        )

    @contextmanager
    def logged_in(self, user_id: str) -> Iterator[httpx.Client]:
        with self.browser() as client:
            assert client.post("/login", data={"user_id": user_id}).status_code == 303
            yield client

    def cookie(self, client: httpx.Client) -> str:
        return client.cookies["batch_letters_session"]

    def signed_in(self, client: httpx.Client) -> sessions.SignedIn:
        application = self.application
        found = sessions.user_of(
            application.store, application.clock, application.settings, self.cookie(client)
        )
        assert found is not None
        return found

    def link(self, client: httpx.Client, kind: str = files.CSV, **payload: Any) -> str:
        """The path of a new link, to the list if nothing else is asked, for whoever uses this client."""
        signed_in = self.signed_in(client)
        payload = payload or files.list_payload(Filters(), Sort())
        with self.work() as uow:
            token = sessions.issue_link(
                uow,
                self.clock,
                self.application.settings,
                signed_in,
                kind=kind,
                filename="Letters, Zoë.pdf",
                payload=payload,
            )
        return f"/files/{token}"

    def set_user(self, user_id: str, **changes: Any) -> None:
        with self.work() as uow:
            uow.people.save_users([replace(USERS[user_id], **changes)])

    def add_document(self, pdf: bytes, *, pages: int = 1, said: str = "", of: Letter | None = None) -> str:
        """A stored file; `of` names the letter whose rendering it is."""
        with self.work() as uow:
            facts = DocumentFacts(
                sha256=said or sha256(pdf).hexdigest(),
                page_count=pages,
                made_from=fingerprint(content_of(of, uow.people.service())) if of else "",
            )
            return uow.documents.add(pdf, facts, self.clock.now())

    def add_print(self, user_id: str, pdf: bytes, *, said: str = "") -> str:
        document_id, print_id = self.add_document(pdf, said=said), new_id()
        with self.work() as uow:
            made = Print(
                id=print_id,
                user_id=user_id,
                kind="print",
                document_id=document_id,
                filename="Letters.pdf",
                letter_count=2,
                created_at=self.clock.now(),
            )
            uow.access.add_print(made)
        return print_id

    def add_letter(self, created_by: str, pdf: bytes | None = None, **changes: Any) -> str:
        """A letter of one page; without a PDF one that is not rendered yet."""
        letter = replace(_letter(created_by), **changes)
        document_id = self.add_document(pdf, of=letter) if pdf else None
        with self.work() as uow:
            uow.letters.add([replace(letter, document_id=document_id)])
        return letter.id


@contextmanager
def site(database_url: str, **settings: Any) -> Iterator[Site]:
    """A server on a free port of 127.0.0.1, and a store with the users above."""
    fill(database_url)
    chosen = Settings(database_url=database_url, service_id=SERVICE, **settings)
    clock = HandClock()
    with bootstrap.build(chosen, clock=clock) as application, serving(application) as url:
        yield Site(url=url, application=application, clock=clock)


@contextmanager
def serving(application: bootstrap.Application, **options: Any) -> Iterator[str]:
    """The routes and middleware as app.py puts them together, with a page in place of Streamlit's."""
    asgi = Starlette(
        routes=[*web.routes, *_STAND_IN],
        middleware=web.middleware(lambda: application),
        exception_handlers=dict(web.error_handlers),
    )
    with serving_app(asgi, ws="websockets-sansio", **options) as url:
        yield url


async def _dashboard(_request: Request) -> PlainTextResponse:
    return PlainTextResponse("the dashboard")


async def _broken(_request: Request) -> PlainTextResponse:
    raise ZeroDivisionError("secret detail")


async def _stream(websocket: WebSocket) -> None:
    await websocket.accept()
    await websocket.send_text("hello")
    await websocket.close()


_STAND_IN = [
    Route("/", _dashboard),
    Route("/worklist", _dashboard),
    Route("/_stcore/health", _dashboard),
    Route("/_stcore/host-config", _dashboard),
    Route("/api/broken", _broken),
    Route("/broken", _broken),
    WebSocketRoute("/_stcore/stream", _stream),
]


def fill(database_url: str) -> None:
    """Make the tables, and put the users above into them."""
    migrate(database_url)
    store = SqlStore(database_url, b"test")
    with store.begin(SERVICE) as uow:
        uow.people.add_service(Service(id=SERVICE, name="Elm Talking Therapies <pilot>", kind="demo"))
        uow.people.save_users(USERS.values())
        uow.people.save_patients([_PATIENT])
        uow.people.save_templates([_TEMPLATE])
        uow.commit()
    store.close()


_PATIENT = Patient(
    id="patient",
    nhs_number="9990000018",
    surname="Canary",
    forename="Ada",
    date_of_birth=date(1980, 5, 1),
    address=("1 Elm Road", "Elmton", "EL1 1MM"),
)
_TEMPLATE = Template(
    id="template", name="Discharge", category="Discharge", body="Text.", channels=frozenset(Channel)
)


def _letter(created_by: str) -> Letter:
    letter_id = new_id()
    return Letter(
        id=letter_id,
        reference=f"L-{letter_id[-12:]}",
        channel=Channel.PRINT,
        status=Status.PENDING,
        status_at=NOON - timedelta(days=1),
        created_at=NOON - timedelta(days=1),
        title="Discharge",
        fields={},
        patient=_PATIENT,
        template=_TEMPLATE,
        created_by=created_by,
        created_by_name=USERS[created_by].name,
    )
