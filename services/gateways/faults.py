"""From what goes wrong between us and a delivery provider to the four errors (docs/faults.md rows 7 to 15).

What is surely not sent is Temporary, what may have been sent OutcomeUnknown; a question may be asked again.
"""

import re
from collections.abc import Callable, Collection, Iterable
from datetime import UTC, datetime, time, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
from notifications_python_client.errors import InvalidResponse

from services.domain.errors import GatewayError, Misconfigured, NoAnswer, OutcomeUnknown, Permanent, Temporary
from services.ports.gateway import Parcel

Refusal = tuple[str, str]
"""The vendor's code for a refusal and its reason."""

UNREADABLE = (InvalidResponse, ValueError, LookupError, TypeError, AttributeError, OverflowError)
"""What reading an answer that is not as agreed raises."""

FAULTS = (httpx.HTTPError, httpx.InvalidURL, TimeoutError, *UNREADABLE)

_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
_WRONG_ADDRESS = (httpx.InvalidURL, httpx.UnsupportedProtocol)
_TOO_LATE = (httpx.TimeoutException, TimeoutError)
_NOT_US = frozenset({401, 403})
_NOT_HERE = frozenset({404, 405})

CODE_LENGTH = 60  # a vendor's words have no bounds, the history has
_REASON_LENGTH = 300
BUSY = timedelta(minutes=1)  # the wait after a 429 that names none
_LONGEST_WAIT = timedelta(days=1)
_NUMBER = re.compile(r"\+?\d[\d\s()./-]{4,}\d")
_BASE64 = re.compile(r"[A-Za-z0-9+/=_.-]{60,}")


def to_gateway_error(
    fault: Exception,
    *,
    label: str,
    doubt: type[OutcomeUnknown] | type[NoAnswer],
    refusal: Callable[[Any], Refusal],
    hidden: Iterable[str],
    daily: Collection[str] = (),
) -> GatewayError:
    """The error that a fault amounts to. `doubt` is what the call becomes when it may have been carried out.

    `refusal` reads the vendor's error body; `hidden` are texts that no reason may show; `daily` are the codes
    by which it says that it takes no more today.
    """
    if isinstance(fault, httpx.HTTPStatusError):
        refused = _refused(fault.response, refusal, hidden)
        if fault.response.status_code == httpx.codes.TOO_MANY_REQUESTS:
            return _busy(fault.response, label, *refused, daily)
        return _answered(fault.response, label, doubt, *refused)
    if isinstance(fault, _WRONG_ADDRESS):
        return Misconfigured(f"The address of {label} is wrong.", code="address")
    if isinstance(fault, _NEVER_SENT):
        return Temporary(f"{label} could not be reached.", code="connection")
    if isinstance(fault, _TOO_LATE):
        return doubt(f"{label} did not answer in time.", code="timeout")
    if isinstance(fault, httpx.TransportError):
        return doubt(f"The connection to {label} broke off.", code="connection")
    return doubt(f"The answer of {label} could not be read.", code="unreadable")


def _answered(
    response: httpx.Response,
    label: str,
    doubt: type[OutcomeUnknown] | type[NoAnswer],
    code: str,
    reason: str,
) -> GatewayError:
    status = response.status_code
    if status >= httpx.codes.INTERNAL_SERVER_ERROR or status == httpx.codes.REQUEST_TIMEOUT:
        own = f"{label} has a fault of its own ({status})."
        return doubt(own, code=str(status), retry_after=retry_after(response))
    if status in _NOT_US:
        return Misconfigured(f"{label} refuses our key. {reason}".strip(), code=code)
    if status in _NOT_HERE or response.is_redirect or response.is_informational:
        return Misconfigured(f"The address of {label} is wrong ({status}).", code=code)
    return Permanent(reason or f"{label} refused it ({status}).", code=code)


def _busy(
    response: httpx.Response, label: str, code: str, reason: str, daily: Collection[str]
) -> GatewayError:
    """Nothing was taken: it wants us to wait as long as it says, else a minute, or until its next day."""
    words = f"{label} asks us to wait. {reason}".strip()
    otherwise = _until_midnight(response) if code in daily else BUSY
    return Temporary(words, code=code, retry_after=retry_after(response) or otherwise)


def _until_midnight(response: httpx.Response) -> timedelta:
    """By the provider's own clock, in UTC."""
    try:
        now = parsedate_to_datetime(response.headers.get("date", "")).astimezone(UTC)
    except (ValueError, TypeError):
        return _LONGEST_WAIT
    return datetime.combine(now.date() + timedelta(days=1), time(), UTC) - now


def _refused(response: httpx.Response, refusal: Callable[[Any], Refusal], hidden: Iterable[str]) -> Refusal:
    """What the vendor says of its refusal; the status code alone when its body is not as agreed."""
    try:
        code, reason = refusal(response.json())
    except UNREADABLE:
        code, reason = "", ""
    return redact(code, hidden)[:CODE_LENGTH] or str(response.status_code), redact(reason, hidden)


def retry_after(response: httpx.Response) -> timedelta | None:
    """How long the provider asks us to wait, in seconds or until a date (RFC 9110, 10.2.3); a day at most.

    A date is measured against the provider's own clock, its Date header.
    """
    given = response.headers.get("retry-after", "").strip()
    if given.isascii() and given.isdigit():
        return min(timedelta(seconds=int(given[:9])), _LONGEST_WAIT)
    try:
        wait = parsedate_to_datetime(given) - parsedate_to_datetime(response.headers.get("date", ""))
    except (ValueError, TypeError):  # no date, or only one of the two names its time zone
        return None
    return max(timedelta(), min(wait, _LONGEST_WAIT))


def personal(parcel: Parcel) -> tuple[str, ...]:
    """The texts of a parcel that say who the patient is, or let somebody in."""
    recipient = parcel.recipient
    about_patient = (text for key, text in recipient.details.items() if not key.startswith("sender_"))
    return (
        recipient.name,
        *recipient.name.split(),
        recipient.mobile,
        *recipient.address,
        parcel.link,
        *about_patient,
    )


def redact(text: str, hidden: Iterable[str]) -> str:
    """A vendor's words without hidden texts, long numbers (telephone, NHS, birth date), encoded content."""
    for secret in sorted({each for each in hidden if len(each) > 1}, key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(secret)}(?!\w)", "[removed]", text, flags=re.IGNORECASE)
    text = _BASE64.sub("[removed]", text)
    return _NUMBER.sub("[number]", text)[:_REASON_LENGTH]
