"""Postal addresses as the envelope's window and the hybrid mail provider read them (docs/print-rules.md)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from services.domain.countries import is_abroad, is_uk
from services.domain.postcode import as_postcode

_LINES: Final = range(3, 8)
_ZERO_WIDTH: Final = dict.fromkeys(map(ord, "\u00ad\u180e\u200b\u200c\u200d\u2060\ufeff"))
_SPACE_BEFORE_STOP: Final = re.compile(r" +([,.])")
_FORBIDDEN_START: Final = re.compile(r"""^[@()=\[\]"\\/,<>~]""")
_NO_FIXED_ABODE: Final = re.compile(r"^NFA$|no fixed (?:abode|address)", re.IGNORECASE)
_BFPO: Final = re.compile(r"BFPO ?(?:C/O)? ?([0-9]{1,4})?", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True, slots=True)
class AddressProblem:
    """A rule that an address breaks: GOV.UK Notify's code for it, and what it means to staff."""

    code: str
    reason: str


def normalise(lines: Sequence[str]) -> tuple[str, ...]:
    """The lines as they will be printed.

    White space is folded; trailing commas, blank lines and a UK country are gone; the postcode has its form;
    a BFPO number is the last line but for a country abroad, which is refused.
    """
    rest, bfpo = _without_bfpo([tidy for line in lines if (tidy := _tidy(line))])
    while rest and is_uk(rest[-1]):
        rest.pop()
    abroad = [rest.pop()] if rest and is_abroad(rest[-1]) else []
    if rest and not abroad:
        rest[-1] = as_postcode(rest[-1]) or rest[-1]
    return (*rest, *bfpo, *abroad)


def problems(lines: Sequence[str]) -> list[AddressProblem]:
    """Every rule that the address breaks, in the order in which Notify looks: it names the first alone.

    Empty when the letter can be posted in the UK.
    """
    kept = normalise(lines)
    if not kept:
        return [AddressProblem(code="address-is-empty", reason="There is no address.")]
    rules = (_too_few, _too_many, _nameless, _not_uk, _bad_start, _no_fixed_abode)
    return [problem for rule in rules if (problem := rule(kept))]


def _tidy(line: str) -> str:
    folded = " ".join(line.translate(_ZERO_WIDTH).split()).rstrip(", ")
    return _SPACE_BEFORE_STOP.sub(r"\1", folded)


def _without_bfpo(lines: list[str]) -> tuple[list[str], list[str]]:
    """The other lines, and "BFPO" with its number where a line has one."""
    found = {line: match[1] for line in lines if (match := _BFPO.fullmatch(line))}
    numbers = [int(number) for number in found.values() if number]
    if not numbers:
        return lines, []
    return [line for line in lines if line not in found], [f"BFPO {numbers[0]}"]


def _too_few(lines: Sequence[str]) -> AddressProblem | None:
    if len(lines) >= _LINES.start:
        return None
    return AddressProblem(code="not-enough-address-lines", reason="The address has fewer than 3 lines.")


def _too_many(lines: Sequence[str]) -> AddressProblem | None:
    if len(lines) < _LINES.stop:
        return None
    return AddressProblem(code="too-many-address-lines", reason="The address has more than 7 lines.")


def _nameless(lines: Sequence[str]) -> AddressProblem | None:
    if all(any(character.isalnum() for character in line) for line in lines[:2]):
        return None
    return AddressProblem(
        code="invalid-address-line-1-or-2", reason="Line 1 or 2 of the address has no letter or digit."
    )


def _not_uk(lines: Sequence[str]) -> AddressProblem | None:
    _, bfpo = _without_bfpo(list(lines))
    if is_abroad(lines[-1]):
        return _abroad(is_bfpo=bool(bfpo))
    if bfpo or as_postcode(lines[-1]):
        return None
    return AddressProblem(
        code="not-a-real-uk-postcode", reason="The last line of the address is not a UK postcode."
    )


def _abroad(*, is_bfpo: bool) -> AddressProblem:
    if is_bfpo:
        return AddressProblem(
            code="has-country-for-bfpo-address",
            reason="A BFPO address ends with its number or postcode: no country may follow.",
        )
    return AddressProblem(
        code="cant-send-international-letters", reason="The address is abroad: letters go to the UK alone."
    )


def _bad_start(lines: Sequence[str]) -> AddressProblem | None:
    if not any(_FORBIDDEN_START.match(line) for line in lines):
        return None
    return AddressProblem(
        code="invalid-char-in-address",
        reason="""A line of the address begins with one of @ ( ) = [ ] " \\ / , < > ~.""",
    )


def _no_fixed_abode(lines: Sequence[str]) -> AddressProblem | None:
    if not any(_NO_FIXED_ABODE.search(line) for line in lines):
        return None
    return AddressProblem(code="no-fixed-abode-address", reason="The address says no fixed abode.")
