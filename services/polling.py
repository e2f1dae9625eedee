"""When a delivery provider is asked about a letter: soon at first, then ever less often."""

from datetime import datetime, timedelta

from services.settings import Settings

_SHARE_OF_AGE = 0.2
_NO_LONGER = timedelta(days=90)


def next_question(
    settings: Settings, *, accepted_at: datetime, now: datetime, least: timedelta = timedelta(0)
) -> datetime | None:
    """The next time to ask: after a fifth of the age, within the settings' bounds; None after 90 days.

    least: the shortest pause that the provider allows.
    """
    age = now - accepted_at
    if age > _NO_LONGER:
        return None
    pause = min(max(age.total_seconds() * _SHARE_OF_AGE, settings.poll_first), settings.poll_longest)
    return now + max(timedelta(seconds=pause), least)
