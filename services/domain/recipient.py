"""To whom a letter goes by each channel, and what is missing before it can (docs/product.md section 5)."""

import re
from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256
from unicodedata import combining, normalize

import phonenumbers

from services.domain.address import normalise, problems
from services.domain.letter import Letter, Patient, Recipient
from services.domain.vocabulary import Channel

_REGION = "GB"
_MOBILE = frozenset({phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE})
_RECORD = "record"
_TITLES = ("mr", "mrs", "miss", "ms", "mx", "dr", "master", "prof", "professor", "rev", "sir", "lady")
_DRAMA_MOBILES = range(447700900000, 447700901000)


def as_mobile(text: str) -> str | None:
    """A mobile number in E.164 form, or None. Ofcom's numbers for drama count, so that a demo can be sent."""
    try:
        number = phonenumbers.parse(text, _REGION)
    except phonenumbers.NumberParseException:
        return None
    written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    drama = int(written[1:]) in _DRAMA_MOBILES
    if not drama and not phonenumbers.is_valid_number(number):
        return None
    return written if drama or phonenumbers.number_type(number) in _MOBILE else None


def postal_lines(patient: Patient) -> tuple[str, ...]:
    """The patient's name and address as they stand in the window."""
    return normalise((f"{patient.forename} {patient.surname}", *patient.address))


def is_addressed_to(lines: Sequence[str], patient: Patient) -> bool:
    """Whether an address, as it is read from a PDF, is this patient's: whom it names, and where it ends.

    The rest may be written in other words than the record's: a title, a house's name, a county.
    """
    there, recorded = normalise(lines), postal_lines(patient)
    ends = _folded(there[-1:]) == _folded(recorded[-1:])
    return ends and any(_names(line, patient) for line in there[:2])


def is_about(text: str, patient: Patient) -> bool:
    """Whether a letter's text is about this patient: it has the NHS number, or a line that names them."""
    number = patient.nhs_number
    spaced = rf"\b{number[:3]}[\s-]?{number[3:6]}[\s-]?{number[6:]}\b"
    if number and re.search(spaced, text):
        return True
    return any(_names(line, patient) for line in text.splitlines())


def _names(line: str, patient: Patient) -> bool:
    """The surname, with forename or initial in the same line, or right after a title."""
    words, surname = _folded([line]), _folded([patient.surname])
    if not surname.strip() or surname not in words:
        return False
    others = set(words.replace(surname, " ", 1).split())
    forenames = _folded([patient.forename]).split()
    by_forename = others.intersection({*forenames, *(name[0] for name in forenames)})
    return bool(by_forename) or any(f" {title}{surname}" in words for title in _TITLES)


def _folded(lines: Sequence[str]) -> str:
    """The words in small letters without accents, a space on either side of each."""
    spelt = normalize("NFKD", " ".join(lines).casefold())
    plain = "".join(character for character in spelt if not combining(character))
    return " ".join(["", *re.findall(r"[^\W_]+", plain), ""])


def recipient_of(letter: Letter) -> Recipient:
    """The recipient as the letter's channel will use it, to be frozen in an attempt."""
    return recipient_by(letter.channel, letter.patient)


def as_read(recipient: Recipient, window: tuple[str, ...]) -> Recipient:
    """With the address as it stands in a window. Its mark stays that of the record."""
    details = {**recipient.details, _RECORD: mark_of(recipient)}
    return replace(recipient, address=window, details=details)


def mark_of(recipient: Recipient) -> str:
    """A short hash of where it leads: another address, mobile or practice has another one."""
    if _RECORD in recipient.details:
        return recipient.details[_RECORD]
    where = (tuple(recipient.address), recipient.mobile, recipient.ods_code)
    return sha256(repr(where).encode()).hexdigest()[:16]


def marks_of(patient: Patient) -> dict[str, str]:
    """The mark of the patient's recipient by every channel, since a letter may change its own."""
    return {channel.value: mark_of(recipient_by(channel, patient)) for channel in Channel}


def recipient_by(channel: Channel, patient: Patient) -> Recipient:
    """Where letters to, or about, the patient go by this channel."""
    name = f"{patient.forename} {patient.surname}"
    match channel:
        case Channel.GP:
            practice = patient.practice
            return Recipient(
                name=practice.name if practice else "",
                ods_code=practice.ods_code if practice else "",
                address=practice.address if practice else (),
                details={
                    "family_name": patient.surname,
                    "given_names": patient.forename,
                    "date_of_birth": patient.date_of_birth.isoformat() if patient.date_of_birth else "",
                    "nhs_number": patient.nhs_number,
                },
            )
        case Channel.E:
            return Recipient(name=name, mobile=as_mobile(patient.mobile) or "")
        case Channel.H | Channel.PRINT:
            return Recipient(name=name, address=postal_lines(patient))


def missing(patient: Patient, channel: Channel) -> list[str]:
    """What stands in the way of the channel, each as staff would say it; empty when it can go."""
    match channel:
        case Channel.GP:
            return _missing_for_gp(patient)
        case Channel.E:
            return _missing_for_sms(patient)
        case Channel.H:
            return [_in_sentence(problem.reason) for problem in problems(postal_lines(patient))]
        case Channel.PRINT:
            return []


def _in_sentence(reason: str) -> str:
    return reason[0].lower() + reason[1:].rstrip(".")


def _missing_for_gp(patient: Patient) -> list[str]:
    if patient.practice is None:
        return ["no registered GP practice"]
    return [
        what
        for what, lacks in {
            f"the practice {patient.practice.ods_code} has closed": not patient.practice.active,
            "no date of birth": patient.date_of_birth is None,
            "no surname": not patient.surname,
        }.items()
        if lacks
    ]


def _missing_for_sms(patient: Patient) -> list[str]:
    return [
        what
        for what, lacks in {
            "no mobile number": not patient.mobile,
            "the mobile number is not valid": bool(patient.mobile) and as_mobile(patient.mobile) is None,
            "no consent to text messages": not patient.sms_consent,
            "no date of birth": patient.date_of_birth is None,
            "no surname": not patient.surname,
        }.items()
        if lacks
    ]
