"""Postal addresses as the envelope's window and the hybrid mail provider read them (docs/print-rules.md)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

_LINES: Final = range(3, 8)
_FORBIDDEN_START: Final = re.compile(r"""^[@()=\[\]"\\/,<>~]""")
_NO_FIXED_ABODE: Final = re.compile(r"^NFA$|no fixed (?:abode|address)", re.IGNORECASE)
_UK_COUNTRY: Final = frozenset(
    {"england", "scotland", "wales", "northern ireland", "united kingdom", "uk", "great britain", "gb"}
)
_POSTCODE: Final = re.compile(r"^([A-Z]{1,2}[0-9][0-9A-Z]?)([0-9][ABD-HJLNP-UW-Z]{2})$")
_BFPO: Final = re.compile(r"^BFPO\s*(?:C/O\s*)?[0-9]{1,4}$", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True, slots=True)
class AddressProblem:
    """A rule that an address breaks: GOV.UK Notify's code for it, and what it means to staff."""

    code: str
    reason: str


def normalise(lines: Sequence[str]) -> tuple[str, ...]:
    """White space folded, trailing commas, blank lines and a UK country gone, the postcode as it is set."""
    cleaned = [" ".join(line.split()).rstrip(", ") for line in lines]
    kept = [line for line in cleaned if line]
    if len(kept) > 1 and kept[-1].casefold() in _UK_COUNTRY:
        kept.pop()
    if kept and (postcode := as_postcode(kept[-1])):
        kept[-1] = postcode
    return tuple(kept)


def as_postcode(text: str) -> str | None:
    """The postcode in capitals with one space before its last three characters; None where it is none."""
    found = _POSTCODE.match("".join(text.split()).upper())
    return f"{found[1]} {found[2]}" if found else None


def problems(lines: Sequence[str]) -> list[AddressProblem]:
    """Every rule that the address breaks, in the rules' order; empty when it can be posted in the UK."""
    kept = normalise(lines)
    if not kept:
        return [AddressProblem(code="address-is-empty", reason="There is no address.")]
    rules = (_too_few, _too_many, _nameless, _not_uk, _bad_start, _no_fixed_abode)
    return [problem for rule in rules if (problem := rule(kept))]


def _is_bfpo(lines: Sequence[str]) -> bool:
    return any(_BFPO.match(line) for line in lines)


def _too_few(lines: Sequence[str]) -> AddressProblem | None:
    if len(lines) >= _LINES.start or (_is_bfpo(lines) and len(lines) > 1):
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
    if as_postcode(lines[-1]) or _BFPO.match(lines[-1]):
        return None
    if _is_bfpo(lines):
        return AddressProblem(
            code="has-country-for-bfpo-address",
            reason="A BFPO address ends with its number or postcode: no country may follow.",
        )
    return AddressProblem(
        code="not-a-real-uk-postcode", reason="The last line of the address is not a UK postcode."
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
