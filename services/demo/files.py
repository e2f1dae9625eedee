"""What data/demo holds: users, practices, templates, and the lists of names from which patients are made."""

import csv
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from services.domain.ids import new_id
from services.domain.letter import Practice, Template
from services.domain.people import Role, User
from services.domain.vocabulary import Channel
from services.settings import ROOT

FOLDER: Final = ROOT / "data" / "demo"
_FENCE: Final = "+++\n"


@dataclass(frozen=True, kw_only=True, slots=True)
class Names:
    """Parts of invented names and addresses."""

    forenames: tuple[str, ...]
    surnames: tuple[str, ...]
    streets: tuple[str, ...]
    towns: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class DemoTemplate:
    """A template, with the titles that its letters bear."""

    template: Template
    titles: tuple[str, ...]


def read_names() -> Names:
    lists = tomllib.loads((FOLDER / "names.toml").read_text("utf-8"))
    return Names(**{name: tuple(values) for name, values in lists.items()})


def read_users() -> list[User]:
    return [
        User(
            id=new_id(),
            username=row["username"],
            name=row["name"],
            role=Role(row["role"]),
            provider=row["provider"],
            team=row["team"],
            consortium=row["consortium"],
        )
        for row in _rows("users.csv")
    ]


def read_practices() -> list[Practice]:
    return [
        Practice(
            id=new_id(),
            ods_code=row["ods_code"],
            name=row["name"],
            address=(row["street"], row["town"], f"ZZ99 9{_letters(number)}"),
        )
        for number, row in enumerate(_rows("practices.csv"))
    ]


def read_templates() -> list[DemoTemplate]:
    return [_template(path) for path in sorted((FOLDER / "templates").glob("*.md"))]


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _template(path: Path) -> DemoTemplate:
    """A Markdown body under a head in TOML, which stands between lines of "+++"."""
    _, head, body = path.read_text("utf-8").split(_FENCE, 2)
    facts = tomllib.loads(head)
    return DemoTemplate(
        template=Template(
            id=new_id(),
            name=facts["name"],
            category=facts["category"],
            body=body.strip(),
            channels=frozenset(Channel(name) for name in facts["channels"]),
        ),
        titles=tuple(facts["titles"]),
    )


_INWARD: Final = "ABDEFGHJLNPQRSTUWXYZ"  # the letters that a postcode may end with


def _letters(number: int) -> str:
    return _INWARD[number // len(_INWARD) % len(_INWARD)] + _INWARD[number % len(_INWARD)]


def postcode(number: int) -> str:
    """The number-th postcode of the pseudo area ZZ99, in which nobody lives."""
    pair = len(_INWARD) ** 2
    return f"ZZ99 {2 + number // pair}{_letters(number)}"
