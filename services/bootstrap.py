"""The one place where store, gateways and renderer are chosen and wired."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import cache, partial
from pathlib import Path
from typing import Any, Self

from services.analytics.analytics import Analytics
from services.analytics.facts import Facts
from services.audit_trail import AuditTrail
from services.backup import Backup, restore, save
from services.batch.actions import Batch
from services.batch.keeping import Keeping
from services.batch.printing import Printing
from services.batch.sending import Sending
from services.by_hand import ByHand
from services.clock import SystemClock
from services.control import patience
from services.control_panel import ControlPanel
from services.documents.markdown import to_html
from services.documents.plain_press import PlainPress
from services.documents.press import Press
from services.domain.overdue import Patience
from services.domain.vocabulary import Channel
from services.editing import Editing
from services.gateways.notify_receipts import delivery_receipt, returned_letter
from services.gateways.registry import gateways
from services.importing.by_user import Importing
from services.letterhead import Letterhead
from services.listing.listing import Listing
from services.patient_access import PatientAccess
from services.patient_records import PatientRecords
from services.ports.clock import Clock
from services.ports.gateway import Gateway, Report
from services.ports.renderer import Renderer
from services.rendering import Rendering
from services.settings import Settings
from services.store.analytics_reader import SqlAnalyticsReader
from services.store.copies import copies_of
from services.store.listing_reader import SqlListingReader
from services.store.migrate import migrate, revision_of
from services.store.unit_of_work import SqlStore
from services.templates import Templates
from services.uploads import Uploads
from services.user_accounts import UserAccounts
from services.worklist import Worklist
from services.writing import Writing


@dataclass(frozen=True, kw_only=True, slots=True)
class Application:
    """A process's use cases and what they stand on. Nothing is connected before it is used."""

    settings: Settings
    store: SqlStore
    clock: Clock
    renderer: Renderer
    gateways: Mapping[str, Gateway]
    rendering: Rendering
    batch: Batch
    editing: Editing
    writing: Writing
    templates: Templates
    letterhead: Letterhead
    uploads: Uploads
    importing: Importing
    listing: Callable[[str], Listing]
    analytics: Callable[[str], Analytics]
    worklist: Worklist
    by_hand: ByHand
    control_panel: ControlPanel
    audit_trail: AuditTrail
    user_accounts: UserAccounts
    patient_records: PatientRecords
    receipts: Mapping[str, Callable[[Mapping[str, Any]], Report]]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_ending: object) -> None:
        """End the renderer's processes and the connections to the store."""
        self.renderer.close()
        self.store.close()


def build(
    settings: Settings | None = None, *, clock: Clock | None = None, renderer: Renderer | None = None
) -> Application:
    """Wire a process. clock and renderer are chosen by tests and by the demo, which replays the past."""
    settings = settings or Settings()
    store = _store(settings)
    clock = clock or SystemClock()
    renderer = renderer or Press()
    carriers = gateways(settings)
    rendering = Rendering(store=store, renderer=renderer, clock=clock)
    analytics = cache(partial(_analytics, store, clock))
    batch = _batch(store, clock, renderer, rendering, settings, carriers)
    listing = cache(partial(_listing, store, clock, carriers, analytics))
    return Application(
        settings=settings,
        store=store,
        clock=clock,
        renderer=renderer,
        gateways=carriers,
        rendering=rendering,
        batch=batch,
        editing=Editing(store=store, clock=clock, renderer=renderer),
        writing=Writing(store=store, clock=clock, renderer=renderer),
        letterhead=Letterhead(store=store, clock=clock, renderer=renderer),
        templates=Templates(store=store, clock=clock, renderer=renderer),
        uploads=Uploads(store=store, renderer=renderer, clock=clock),
        importing=Importing(store=store, renderer=renderer, clock=clock),
        by_hand=ByHand(store=store, clock=clock, settings=settings, gateways=carriers),
        audit_trail=AuditTrail(store=store, settings=settings),
        user_accounts=UserAccounts(store=store, clock=clock),
        patient_records=PatientRecords(store=store, clock=clock, listing=listing),
        control_panel=ControlPanel(store=store, clock=clock, settings=settings, gateways=carriers),
        receipts={"returned-letters": returned_letter, "sms": delivery_receipt},
        listing=listing,
        analytics=analytics,
        worklist=Worklist(
            store=store, clock=clock, listing=listing, analytics=analytics, keeping=batch.keeping
        ),
    )


def back_up(settings: Settings, file: Path) -> Backup:
    """Copy the whole store into a new file. Raises UserError."""
    with closing(_store(settings)) as store:
        return save(store, copies_of(settings.database_url), SystemClock(), file)


def put_back(settings: Settings, file: Path) -> str:
    """Put a backup in the store's place; returns where the former one is kept. Raises UserError."""
    url = settings.database_url
    return restore(
        copies_of(url),
        SystemClock(),
        file,
        present=url if revision_of(url) else "",
        opened=lambda address: closing(_store(settings, address)),
        settle=timedelta(seconds=settings.settle),
    )


@contextmanager
def patient_access(settings: Settings, *, clock: Clock | None = None) -> Iterator[PatientAccess]:
    """Wire the patient's letter page, which has nothing else in its hands."""
    with closing(_store(settings)) as store:
        yield PatientAccess(store=store, clock=clock or SystemClock(), settings=settings, body_html=to_html)


def rehearse(settings: Settings, clock: Clock) -> Application:
    """Wire the process that plays the demo's past: on its own clock, with letters set without a layout."""
    return build(settings, clock=clock, renderer=PlainPress())


def prepare_store(settings: Settings) -> None:
    """Bring the store to the present schema; an empty database becomes a store. Safe to repeat."""
    migrate(settings.database_url)


@cache
def application() -> Application:
    """The one of this process, wired when it is first asked for."""
    return build()


def _store(settings: Settings, url: str = "") -> SqlStore:
    return SqlStore(url or settings.database_url, settings.audit_key.get_secret_value().encode())


def _batch(
    store: SqlStore,
    clock: Clock,
    renderer: Renderer,
    rendering: Rendering,
    settings: Settings,
    carriers: Mapping[str, Gateway],
) -> Batch:
    by_channel: dict[Channel, list[str]] = {}
    for gateway in carriers.values():
        by_channel.setdefault(gateway.channel, []).append(gateway.name)
    return Batch(
        store=store,
        rendering=rendering,
        printing=Printing(store=store, clock=clock, renderer=renderer, rendering=rendering),
        sending=Sending(
            store=store, clock=clock, rendering=rendering, settings=settings, gateways=by_channel
        ),
        keeping=Keeping(store=store, clock=clock),
    )


def _its_patience(store: SqlStore, service_id: str) -> Patience:
    with store.read(service_id) as uow:
        return patience(uow)


def _analytics(store: SqlStore, clock: Clock, service_id: str) -> Analytics:
    return Analytics(
        facts=Facts(service_id=service_id, reader=SqlAnalyticsReader(store.engine)),
        clock=clock,
        patience=partial(_its_patience, store, service_id),
    )


def _listing(
    store: SqlStore,
    clock: Clock,
    carriers: Mapping[str, Gateway],
    analytics: Callable[[str], Analytics],
    service_id: str,
) -> Listing:
    return Listing(
        service_id=service_id,
        reader=SqlListingReader(store.engine),
        clock=clock,
        patience=partial(_its_patience, store, service_id),
        behind=lambda word: analytics(service_id).letters_of(word),
        gateway_labels={gateway.name: gateway.label for gateway in carriers.values()},
    )
