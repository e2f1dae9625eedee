"""The letterhead: the service's name, address, telephone and logo, as letters and pages show them."""

from base64 import b64encode
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Final

from services.access import Permission, check
from services.audit import note
from services.domain.audit import Deed
from services.domain.errors import UserError
from services.domain.people import Service, User
from services.domain.vocabulary import Channel
from services.importing import values
from services.ports.clock import Clock
from services.ports.renderer import Renderer
from services.ports.store import Store
from services.preview import Preview, preview
from services.templates import Draft, sample_letter

MOST_BYTES: Final = 100_000  # of a logo: it stands in every letter
_LONGEST_NAME, _LONGEST_LINE, _MOST_LINES, _LONGEST_TELEPHONE = 80, 60, 5, 40
_NOTHING: Final = "Nothing was saved."
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_FRAME: Final = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 170 130"><image width="170" height="130" '
    'preserveAspectRatio="xMidYMid meet" href="data:{kind};base64,{data}"/></svg>'
)
_SAMPLE: Final = Draft(
    name="A letter with this letterhead",
    category="Sample",
    body="So it looks above every letter.",
    channels=frozenset({Channel.PRINT}),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """A letterhead as it was typed. logo: a new picture (SVG or PNG); None keeps the one that is there, b""
    goes back to the house's.
    """

    name: str
    address: tuple[str, ...]
    telephone: str
    logo: bytes | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Letterhead:
    """The use cases of the letterhead. Each raises NotAllowed by role, and UserError for what can't be."""

    store: Store
    clock: Clock
    renderer: Renderer

    def read(self, service_id: str, user: User) -> Service:
        check(user, Permission.CONTROL_PANEL)
        with self.store.read(service_id) as uow:
            return uow.people.service()

    def look(self, service_id: str, user: User, wanted: Wanted) -> Preview:
        """A sample letter under it."""
        after = _after(self.read(service_id, user), wanted)
        return preview(self.renderer, sample_letter(_SAMPLE, Channel.PRINT, user, self.clock), after)

    def change(self, service_id: str, user: User, wanted: Wanted) -> None:
        """Save it, with a letter set under it first. It holds at once; letters that wait are made anew."""
        seen = self.look(service_id, user, wanted)
        if seen.problem:
            raise UserError(f"A letter can't be set with it: {seen.problem} {_NOTHING}")
        now = self.clock.now()
        with self.store.begin(service_id) as uow:
            before = uow.people.service()
            after = _after(before, wanted)
            uow.people.save_letterhead(after)
            old, new = _said(before), _said(after)
            for name in (each for each in new if old[each] != new[each]):
                changed = {"setting": name, "from": old[name], "to": new[name]}
                note(uow, now, user.id, Deed.CHANGE_SETTING, **changed)
            uow.commit()


def _after(before: Service, wanted: Wanted) -> Service:
    lines = tuple(_line("A line of the address", each, _LONGEST_LINE) for each in wanted.address)
    address = tuple(line for line in lines if line)
    if not 1 <= len(address) <= _MOST_LINES:
        raise UserError(f"The address has one to {_MOST_LINES} lines. {_NOTHING}")
    return replace(
        before,
        name=_needed("The name", wanted.name, _LONGEST_NAME),
        address=address,
        telephone=_needed("The telephone", wanted.telephone, _LONGEST_TELEPHONE),
        logo=before.logo if wanted.logo is None else _logo(wanted.logo),
    )


def _needed(what: str, written: str, limit: int) -> str:
    text = _line(what, written, limit)
    if not text:
        raise UserError(f"{what} is empty. {_NOTHING}")
    return text


def _line(what: str, written: str, limit: int) -> str:
    try:
        return values.text(written, limit=limit)
    except ValueError as why:
        raise UserError(f"{what} {why}. {_NOTHING}") from why


def _logo(picture: bytes) -> str:
    """In the house's frame, where it keeps its proportions; as data, so that nothing is fetched for it."""
    if not picture:
        return ""
    if len(picture) > MOST_BYTES:
        raise UserError(f"The logo is larger than {MOST_BYTES // 1000} kB: every letter holds it. {_NOTHING}")
    if picture.startswith(_PNG):
        kind = "image/png"
    elif b"<svg" in picture[:2000]:
        kind = "image/svg+xml"
    else:
        raise UserError(f"The logo is neither an SVG nor a PNG file. {_NOTHING}")
    framed = _FRAME.format(kind=kind, data=b64encode(picture).decode("ascii"))
    return "data:image/svg+xml;base64," + b64encode(framed.encode()).decode("ascii")


def _said(service: Service) -> dict[str, str]:
    """What may be changed, each as the audit keeps it."""
    logo = f"picture {sha256(service.logo.encode()).hexdigest()[:12]}" if service.logo else "the house's"
    return {
        "Service name": service.name,
        "Service address": ", ".join(service.address),
        "Service telephone": service.telephone,
        "Logo": logo,
    }
