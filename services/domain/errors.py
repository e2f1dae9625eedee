"""What can go wrong, in the words of those who must act on it.

`GatewayError` has just four kinds (docs/faults.md): the worker decides from the kind alone what happens to an
attempt. `Refused` and its kin answer a user; each message says what happened and what to do.
"""

from datetime import timedelta


class GatewayError(Exception):
    """A delivery provider did not take a letter. `code` is the vendor's own; `reason` is fit to be shown."""

    advice = "Try again later."

    def __init__(self, reason: str, *, code: str = "", retry_after: timedelta | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.code = code
        self.retry_after = retry_after


class Temporary(GatewayError):
    """Surely not handed over, and likely to work later: connection refused, 429. Retried by itself."""

    advice = "Nothing to do: it is tried again by itself."


class NoAnswer(Temporary):
    """A question that got no answer. It may be the one letter's fate, and says nothing of the others."""


class Permanent(GatewayError):
    """Refused for a reason that another try does not change. The letter is Failed with this reason."""

    advice = "Correct what the reason names, then re-send or print the letter."


class OutcomeUnknown(GatewayError):
    """Handed over or not: nobody here knows. Never sent again before the reference was looked up."""

    advice = "Nothing to do: the delivery provider is asked whether it has the letter."


class Misconfigured(GatewayError):
    """The provider refuses us, not the letter: wrong key, wrong address. The channel is paused."""

    advice = "Ask a superuser to check the delivery provider's address and key."


class UserError(Exception):
    """An answer to a user: the message says what happened, that nothing was lost, and what to do."""


class NotAllowed(UserError):
    """The user's role does not permit it (docs/product.md section 7)."""


class NotFound(UserError):
    """There is no such thing, or none that this user may see: the two look alike on purpose."""


class StoreUnavailable(UserError):
    """The store could not be read or written just now: it is locked, full, or does not answer."""

    def __init__(self, done: str = "This was not done: do it again.") -> None:
        super().__init__(f"The store was too busy or could not be reached. {done}")


class LostRace(Exception):
    """A guarded UPDATE changed fewer rows than it had to: somebody else was first."""
