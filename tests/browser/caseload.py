"""Invented patients and their letters, taken in by the real import."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

from services.clock import SystemClock
from services.domain.people import Role, User
from services.importing.run import Import
from tests.browser.processes import SERVICE, SHORT, Site

Line = Mapping[str, str]

# The sandbox chooses its course by the mobile, the postcode or the practice's code.
REJECTING = {"ods_code": "Y90901", "practice_name": "Rejecting Surgery"}
REFUSED = {"ods_code": "Y90998", "practice_name": "Unknown Surgery"}
# Queued for ten seconds, Sent for twenty.
SLOW_PRACTICE = {"ods_code": "Y90906", "practice_name": "Slow Surgery"}
SLOW_MOBILE = "07700 900004"  # Sent for ten seconds, then Delivered
WRONG_MOBILE = "07700 900001"
WRONG_LAYOUT = "ZZ99 1AB"
_numbers = (number for number in count(400) if number % 100 >= 10)  # endings of which the sandbox knows none


@dataclass(frozen=True, kw_only=True, slots=True)
class Caseload:
    """A therapist of a team of her own, and her letters by the surname of their patient, newest first."""

    therapist: User
    ids: Mapping[str, str]

    @property
    def team(self) -> str:
        return self.therapist.team

    def __getitem__(self, surname: str) -> str:
        return self.ids[surname]


def line(surname: str, channel: str = "print", **cells: str) -> Line:
    """One line of an import file: a letter that can go by any channel, but for what `cells` says."""
    return {
        "channel": channel,
        "title": "Your appointment",
        "template": SHORT.name,
        "nhs_number": _nhs_number(next(_numbers)),
        "surname": surname,
        "forename": "Zoë",
        "date_of_birth": "1984-02-29",
        "address_1": "1 Elm Road",
        "address_2": "Elmton",
        "address_3": "ZZ99 9ZZ",
        "mobile": "07700 900123",
        "sms_consent": "yes",
        "deceased": "no",
        "ods_code": "Y90001",
        "practice_name": "Elm Surgery",
    } | cells


def take_in(site: Site, folder: Path, team: str, *lines: Line) -> Caseload:
    """Import the lines as letters of a new therapist, the first line as the newest letter."""
    therapist = User(
        id=f"therapist of {team}",
        username=team.casefold(),
        name=f"Thea of {team}",
        role=Role.THERAPIST,
        provider=f"{team} Care",
        team=team,
        consortium=f"{team} Consortium",
    )
    with site.store.begin(SERVICE) as uow:
        uow.people.save_users([therapist])
        uow.commit()
    references = _import(site, folder / f"{team}.csv", therapist, lines)
    with site.store.read(SERVICE) as uow:
        letters = uow.letters.by_reference(references)
    ids = {line["surname"]: letters[name].id for name, line in zip(references, lines, strict=True)}
    return Caseload(therapist=therapist, ids=ids)


def _import(site: Site, path: Path, therapist: User, lines: tuple[Line, ...]) -> list[str]:
    now = datetime.now(UTC)
    references = [f"{therapist.team}-{number}" for number in range(1, len(lines) + 1)]
    full = [
        {"reference": reference, "created": (now - timedelta(hours=hours)).isoformat(timespec="minutes")}
        | dict(line)
        | {"created_by": therapist.username}
        for hours, (reference, line) in enumerate(zip(references, lines, strict=True), start=1)
    ]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(full[0]))
        writer.writeheader()
        writer.writerows(full)
    refused: list[object] = []
    task = Import(
        store=site.store,
        service_id=SERVICE,
        clock=SystemClock(),
        on_header=lambda _names: None,
        on_refused=refused.append,
    )
    assert (task.run(path).added, refused) == (len(lines), [])
    return references


def _nhs_number(number: int) -> str:
    """An NHS number of the range that belongs to nobody, with the check digit that fits."""
    nine = f"999{number:06d}"
    check = 11 - sum(int(digit) * weight for digit, weight in zip(nine, range(10, 1, -1), strict=True)) % 11
    return nine + str(check % 11) if check != 10 else _nhs_number(next(_numbers))
