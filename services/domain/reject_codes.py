"""The delivery providers' codes with their meanings, as the reference files list them. Pure parsing."""

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class RejectCode:
    """One line of data/reject_codes.csv: a code of one system, and what it means to staff."""

    system: str
    code: str
    kind: str
    meaning: str


@dataclass(frozen=True, kw_only=True, slots=True)
class RejectCodes:
    """Every code that is known. A code that is not listed has no meaning here: none is ever guessed."""

    by_code: Mapping[tuple[str, str], RejectCode]
    practice: Mapping[str, str]

    def meaning(self, system: str, code: str) -> str:
        """What a system's code means; "" when it is not listed."""
        known = self.by_code.get((system, code))
        return known.meaning if known else ""

    def practice_meaning(self, code: str) -> str:
        """What a practice says by its rejection code; "" when it is not listed."""
        return self.practice.get(code, "")

    def of_system(self, system: str) -> Iterator[RejectCode]:
        return (line for line in self.by_code.values() if line.system == system)


def parse_reject_codes(codes: Iterable[str], practice: Iterable[str]) -> RejectCodes:
    """Read the lines of the two files: `system,code,kind,meaning` and `code,meaning`.

    Raises KeyError or TypeError when a column is missing.
    """
    lines = [RejectCode(**row) for row in csv.DictReader(codes)]
    return RejectCodes(
        by_code={(line.system, line.code): line for line in lines},
        practice={row["code"]: row["meaning"] for row in csv.DictReader(practice)},
    )
