"""What the adapters share: a table of codes that becomes reports, and faults that become the four errors."""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from ssl import SSLContext
from typing import Any, ClassVar

from services.domain.errors import NoAnswer, OutcomeUnknown
from services.domain.vocabulary import Cause, Channel, Status
from services.gateways.faults import CODE_LENGTH, FAULTS, Refusal, personal, to_gateway_error
from services.gateways.http import Transport
from services.ports.gateway import Capabilities, ComesBack, Inbox, Parcel, Report, Unanswered
from services.reject_codes import reject_codes
from services.settings import MOST_CALLS

log = logging.getLogger(__name__)

_LONGEST_REASON = 500


@dataclass(frozen=True, kw_only=True, slots=True)
class Says:
    """What one of a vendor's codes does to a letter. status None: nothing moves."""

    status: Status | None = None
    cause: Cause = Cause.REPORT
    nothing_more: bool = False
    resolves: str = ""  # the earlier code that this one takes back


class HttpGateway:
    """Base of the adapters.

    An adapter names itself, lists its vendor's codes in `codes` (their meanings stand in
    data/reject_codes.csv under `system`), keeps of an answer only the fields in `kept`, and reads the
    vendor's error body in `refusal`. `daily_limits` are the codes by which it takes no more today.
    """

    name: str
    label: str
    channel: Channel
    system: ClassVar[str]
    codes: ClassVar[Mapping[str, Says]]
    kept: ClassVar[tuple[str, ...]]
    daily_limits: ClassVar[frozenset[str]] = frozenset()
    inbox: Inbox | None = None

    def __init__(
        self,
        *,
        base_url: str,
        timeout: float,
        settle: timedelta,
        retention: timedelta,
        poll_page: int,
        account: str,
        secrets: tuple[str, ...],
        posts_a_minute: int = 0,
        unanswered: Unanswered | None = None,
        comes_back: ComesBack | None = None,
        least_pause: timedelta = timedelta(0),
        context: SSLContext | None = None,
    ) -> None:
        """Raise ValueError when a look-up could come before the calls that it asks about have ended."""
        if settle.total_seconds() <= MOST_CALLS * timeout:
            raise ValueError(f"{self.label}: settle must be longer than all calls that hand a letter over")
        self.capabilities = Capabilities(
            can_find=True,
            settle=settle,
            retention=retention,
            poll_page=poll_page,
            account=account,
            posts_a_minute=posts_a_minute,
            unanswered=unanswered,
            comes_back=comes_back,
            least_pause=least_pause,
        )
        self.mark = sha256("\n".join((base_url, *secrets)).encode()).hexdigest()[:16]
        self.transport = Transport(base_url=base_url, timeout=timeout, context=context)
        self._secrets = secrets

    def refusal(self, body: Any) -> Refusal:
        """The code and the reason in the vendor's error body."""
        raise NotImplementedError

    @contextmanager
    def handing_over(self, parcel: Parcel) -> Iterator[None]:
        """Around a call that hands a letter over: what may have reached the provider is OutcomeUnknown."""
        try:
            yield
        except FAULTS as fault:
            hidden = (*self._secrets, *personal(parcel))
            # The fault itself carries the request, and with it the letter: it must not come along.
            raise to_gateway_error(
                fault,
                label=self.label,
                doubt=OutcomeUnknown,
                refusal=self.refusal,
                hidden=hidden,
                daily=self.daily_limits,
            ) from None

    @contextmanager
    def asking(self) -> Iterator[None]:
        """Around a question, which may be asked again: what has no answer is NoAnswer."""
        try:
            yield
        except FAULTS as fault:
            raise to_gateway_error(
                fault, label=self.label, doubt=NoAnswer, refusal=self.refusal, hidden=self._secrets
            ) from None

    @classmethod
    def report(
        cls,
        code: str,
        answer: Mapping[str, Any],
        *,
        provider_id: str,
        reference: str,
        at: datetime | None = None,
        reason_code: str = "",
        reason: str = "",
    ) -> Report:
        """The report that a code of the vendor amounts to; one that the table doesn't know moves nothing.

        `answer` is the payload, of which only `kept` stays; `reason_code` and `reason` replace the code and
        its meaning where the vendor says more.
        """
        says = cls.codes.get(code)
        if says is None:
            log.warning("%s says %.60r, which is not in its table of codes", cls.label, code)
        failed = says is not None and says.status is Status.FAILED
        return Report(
            gateway=cls.name,
            code=code[:CODE_LENGTH],
            status=says.status if says else None,
            cause=says.cause if says else Cause.REPORT,
            reason=(reason or reject_codes().meaning(cls.system, code))[:_LONGEST_REASON],
            reason_code=(reason_code or code)[:CODE_LENGTH] if failed else "",
            known=says is not None,
            nothing_more=says is not None and says.nothing_more,
            resolves=says.resolves if says else "",
            provider_id=provider_id,
            reference=reference,
            at=at,
            raw={key: answer[key] for key in cls.kept if answer.get(key) is not None},
        )


def text_at(answer: Mapping[str, Any], key: str) -> str:
    """A text that an answer must have. Raises KeyError, TypeError or ValueError when there is none."""
    found = answer[key]
    if not isinstance(found, str) or not found:
        raise ValueError(f"{key} is no text")
    return found


def moment(given: str | None) -> datetime | None:
    """A vendor's ISO 8601 time, taken to be UTC where it names no zone. Raises ValueError when it is none."""
    if not given:
        return None
    found = datetime.fromisoformat(given)
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
