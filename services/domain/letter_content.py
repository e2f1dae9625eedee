"""What a letter says, before it has a form: the input of every renderer."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, kw_only=True, slots=True)
class LetterContent:
    """One letter to one recipient.

    `recipient` is the address as it will show in the envelope's window, one line each, postcode last.
    `body` is Markdown with its merge fields already filled (`services.domain.merge_fields.fill`); the
    other texts are plain and are shown as they stand. logo is a picture as a data: address; empty: the
    house's.
    """

    service_name: str
    service_address: tuple[str, ...]
    service_telephone: str
    reference: str
    letter_date: date
    recipient: tuple[str, ...]
    salutation: str
    title: str
    body: str
    sender_name: str
    patient_name: str
    date_of_birth: date | None
    nhs_number: str
    sender_role: str = ""
    copy_line: str = ""
    large_print: bool = False
    logo: str = ""

    @property
    def closing(self) -> str:
        """The complimentary close that goes with the salutation."""
        to_nobody_by_name = self.salutation.casefold().startswith(("dear sir", "dear madam"))
        return "Yours faithfully" if to_nobody_by_name else "Yours sincerely"


def spaced_nhs_number(number: str) -> str:
    """The ten digits as the NHS prints them, 3 3 4; anything else comes back as it is."""
    digits = "".join(number.split())
    return f"{digits[:3]} {digits[3:6]} {digits[6:]}" if len(digits) == 10 else number


def long_date(day: date | None) -> str:
    """The date as a letter writes it: 3 November 2026; "not recorded" where there is none."""
    if day is None:
        return "not recorded"
    return f"{day.day} {day:%B %Y}"
